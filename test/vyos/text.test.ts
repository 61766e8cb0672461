import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { InvalidValue } from "../../errors.ts";
import { parseCommands, parseTreeText, printCommands, printTreeText } from "../../vyos/text.ts";
import { pathsOf, sameTree, treeOf } from "../../vyos/tree.ts";

const fixture = (name: string): string => readFileSync(join(__dirname, "fixtures", name), "utf8");
const nasty = [
  "{",
  "}",
  "a {",
  "\\",
  "\\x",
  "//",
  "/* c */",
  "two words",
  " ",
  "a\u3000b",
  "1",
  "20",
  "::/0",
];
const anyWord = fc.oneof(
  fc.constantFrom(...nasty, "", '"', "'"),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "grapheme", maxLength: 4 }),
);
const noNewline = anyWord.filter((text) => !text.includes("\n"));
const name = anyWord.filter((text) => /^[^ '\n]+$/.test(text));
const value = noNewline.filter((text) => !text.includes("'"));

describe("parseTreeText()", () => {
  test("reads back what printTreeText() printed", () => {
    const tree = fc.array(fc.array(noNewline, { minLength: 1, maxLength: 5 }), { maxLength: 12 }).map(treeOf);
    fc.assert(
      fc.property(tree, (a) => sameTree(parseTreeText(printTreeText(a)), a)),
      { numRuns: 1000 },
    );
  });

  it.each([
    { name: "an empty node", text: "loopback lo {\n}\n", path: ["loopback", "lo"] },
    { name: "a valueless leaf", text: "disable\n", path: ["disable"] },
    { name: "an empty value", text: 'plaintext-password ""\n', path: ["plaintext-password", ""] },
    { name: "a brace in a value", text: 'description "a { b }"\n', path: ["description", "a { b }"] },
    { name: "an escaped quote", text: 'd "a \\"b\\""\n', path: ["d", 'a "b"'] },
    {
      name: "two backslashes of config.boot as the two they are",
      text: 'd "a\\\\b"\n',
      path: ["d", "a\\\\b"],
    },
    { name: "two backslashes of the running text", text: "d a\\\\b\n", path: ["d", "a\\\\b"] },
    { name: "a backslash before the closing quote", text: 'd "C:\\"\n', path: ["d", "C:\\"] },
    { name: "a backslash at the end of a bare value", text: "d C:\\\n", path: ["d", "C:\\"] },
    {
      name: "a comment over two lines",
      text: "/* uplink {\n   since March */\nmtu 1460\n",
      path: ["mtu", "1460"],
    },
    {
      name: "a comment in a node",
      text: "tunnel tun0 {\n/* by hand,\n2 */\n    mtu 1460\n}\n",
      path: ["tunnel", "tun0", "mtu", "1460"],
    },
    { name: "a node written { }", text: "rule 10 { }\n", path: ["rule", "10"] },
    { name: "a node written {}", text: "disable {}\n", path: ["disable"] },
    { name: "the line break of a banner", text: 'd "a\\nb"\n', path: ["d", "a\\nb"] }, // two characters in VyOS, too
    { name: "a wide space in a bare value", text: "d a\u3000b\n", path: ["d", "a\u3000b"] }, // VyOS quotes for ASCII spaces only
    { name: "several blanks before a value", text: "mtu   \t1460\n", path: ["mtu", "1460"] },
    { name: "CR LF", text: "mtu 1460\r\n", path: ["mtu", "1460"] },
    { name: "a node's comment", text: "/* uplink { */\nmtu 1460\n", path: ["mtu", "1460"] },
    {
      name: "the trailer of config.boot",
      text: 'mtu "1460"\n\n\n// Warning: Do not remove the following line.\n// vyos-config-version: "nat@7"\n// Release version: 1.4\n',
      path: ["mtu", "1460"],
    },
  ])("reads $name", ({ text, path }) => {
    expect(pathsOf(parseTreeText(text))).toEqual([path]);
  });

  it.each([
    { name: "a brace too many", text: "interfaces {\n}\n}\n", line: 3 },
    { name: "a node left open", text: "interfaces {\n", line: 2 },
    { name: "an open quote", text: 'description "lab\n', line: 1 },
    { name: "a line of three words", text: "mtu 1460\none two three\n", line: 2 },
    { name: "a node without a name", text: "{\n}\n", line: 1 },
    { name: "a brace that touches a name", text: "interfaces{\n}\n", line: 1 },
    { name: "a comment left open", text: "mtu 1460\n/* uplink\nmss 1420\n", line: 2 },
  ])("refuses $name and names the line", ({ text, line }) => {
    expect(() => parseTreeText(text)).toThrow(`Cannot read the configuration: line ${line} `);
  });

  test("does not tell what stands behind the name in a line that it refuses", () => {
    expect(() => parseTreeText("key s3cret s3cret\n")).toThrow(/^(?!.*s3cret)/s);
  });
});

describe("parseCommands()", () => {
  test("reads back what printCommands() printed", () => {
    const path = fc.tuple(fc.array(name, { maxLength: 4 }), value).map(([names, last]) => [...names, last]);
    const fits = (a: ReturnType<typeof treeOf>): boolean =>
      pathsOf(a).every((words) => words.slice(0, -1).every((word) => /^[^ '\n]+$/.test(word)));
    const tree = fc.array(path, { maxLength: 12 }).map(treeOf).filter(fits); // a value may be a name elsewhere
    fc.assert(
      fc.property(tree, (a) => sameTree(parseCommands(printCommands(a).join("\n")), a)),
      { numRuns: 1000 },
    );
  });

  test("reads from the two texts of one VyOS 1.4 configuration the same tree", () => {
    const fromText = parseTreeText(fixture("1.4-show-config.txt"));
    expect(sameTree(fromText, parseCommands(fixture("1.4-show-configuration-commands.txt")))).toBe(true);
    expect(pathsOf(fromText)).toHaveLength(40);
  });

  test("passes over a node's comment", () => {
    expect(pathsOf(parseCommands("comment interfaces 'up'\nset interfaces loopback lo\n"))).toHaveLength(1);
  });

  it.each([
    "show interfaces",
    "set",
    "set ",
    "set a  b",
    "set a 'open",
    "set a 'b' c",
    "set a'b'",
    "set a 'it's'",
    "delete a",
  ])("refuses %j and names the line", (line) => {
    expect(() => parseCommands(`set ok\n${line}\n`)).toThrow("Cannot read the configuration: line 2 ");
  });

  test("refuses a long garbled line at once", () => {
    expect(() => parseCommands(`set ${"a".repeat(100_000)}'b'c`)).toThrow("line 1 ");
  });
});

describe("printCommands()", () => {
  it.each([
    { name: "a name with a space", path: ["two words", "a"] },
    { name: "an empty name", path: ["", "a"] },
    { name: "a value with a single quote", path: ["description", "it's"] },
    { name: "a value with a newline", path: ["description", "a\nset b"] },
  ])("refuses $name", ({ path }) => {
    expect(() => printCommands(treeOf([path]))).toThrow(InvalidValue);
  });
});

test("printTreeText() refuses a newline", () => {
  expect(() => printTreeText(treeOf([["description", "a\n}"]]))).toThrow(InvalidValue);
});
