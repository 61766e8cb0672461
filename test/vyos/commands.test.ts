import { execFileSync } from "node:child_process";
import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { InvalidValue } from "../../errors.ts";
import { printCommand, quoteWord, shellLine } from "../../vyos/commands.ts";

/** What a real shell makes of words, each ended by a byte that none of them holds. */
function shellWords(line: string): string[] {
  const script = `for word in ${line}; do printf '%s\\001' "$word"; done`;
  return execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\u0001").slice(0, -1);
}

describe("printCommand()", () => {
  it.each([
    { path: ["interfaces", "tunnel", "tun0", "mtu", "1460"], text: "set interfaces tunnel tun0 mtu 1460" },
    { path: ["description", "two words"], text: "set description 'two words'" },
    { path: ["plaintext-password", ""], text: "set plaintext-password ''" },
    { path: ["route6", "::/0"], text: "set route6 ::/0" },
    { path: ["description", "$(reboot)"], text: "set description '$(reboot)'" },
    { path: ["description", "it's"], text: "set description 'it'\\''s'" },
  ])("prints $text", ({ path, text }) => {
    expect(printCommand({ verb: "set", path })).toBe(text);
  });
});

describe("shellLine()", () => {
  const line = (last: string): string => shellLine({ verb: "set", path: ["system", "host-name", last] });

  it.each(["it's", 'a "b"', "two\nlines", "-x", "", "\u00e9", "\u0007", "\u007f", "\0"])(
    "refuses %j",
    (value) => {
      expect(() => line(value)).toThrow(InvalidValue);
    },
  );

  test("refuses a command without a path", () => {
    expect(() => shellLine({ verb: "delete", path: [] })).toThrow(InvalidValue);
  });

  test("refuses a word that is not the last, and names where it stands", () => {
    expect(() => shellLine({ verb: "delete", path: ["interfaces", "-f", "tun0"] })).toThrow(
      /^interfaces: "-f"/,
    );
  });

  test("quotes every argument", () => {
    expect(line("$(reboot) `x` $HOME *")).toBe(
      "/opt/vyatta/sbin/my_set 'system' 'host-name' '$(reboot) `x` $HOME *'",
    );
  });

  test("names the binary that deletes", () => {
    expect(shellLine({ verb: "delete", path: ["nat"] })).toBe("/opt/vyatta/sbin/my_delete 'nat'");
  });
});

describe("quoteWord()", () => {
  test("gives a real shell exactly the text it was given", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom("'", '"', "\\", "$", "`", "!", " ", "\n", "*") }),
    );
    // Neither NUL, which no argument can hold, nor the byte that ends a word here.
    const words = fc.array(
      text.map((t) => t.replaceAll("\0", "").replaceAll("\u0001", "")),
      { minLength: 30 },
    );
    fc.assert(
      fc.property(words, (given) => {
        expect(shellWords(given.map(quoteWord).join(" "))).toEqual(given);
      }),
      { numRuns: 50 },
    );
  });

  test("refuses NUL", () => {
    expect(() => quoteWord("a\0b")).toThrow(InvalidValue);
  });
});
