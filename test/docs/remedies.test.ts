/** Each command that a text of the program or of its docs tells to type is one that exists, with a key and a value that are taken. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { keys } from "../../config/keys.ts";

const root = join(__dirname, "../..");
const rooms = ["config", "vyos", "mape", "router", "providers", "uplink", "cli", "doctor", "watch", "docs"];
const files = [
  ...["errors.ts", "index.ts", "README.md", "README.ja.md", "CONTRIBUTING.md", "examples/README.md"],
  ...rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(?:ts|md|vbash)$/.test(file))
      .map((file) => join(room, file)),
  ),
];
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** `file: what was said` of every match. */
function said(pattern: RegExp): { file: string; match: RegExpMatchArray }[] {
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(pattern)].map((match) => ({ file, match })),
  );
}

describe("a text that tells what to type", () => {
  it("names npm scripts that exist", () => {
    const named = said(/npm run ([a-z][\w:-]*[a-z])/g);
    expect(named.length).toBeGreaterThan(50);
    const wrong = named.filter(({ match }) => !(String(match[1]) in scripts));
    expect(wrong.map(({ file, match }) => `${file}: ${match[0]}`)).toEqual([]);
  });

  it("sets keys that exist, to values that they take", () => {
    // A name in capitals, and "...", stand for what the reader has; so does what the program itself puts in.
    const set = said(/config set (?:--secret )?([a-z]\w*)(?: ([^\s`"'|&)\],;]+))?/g);
    expect(set.length).toBeGreaterThan(40);
    const wrong = set.filter(({ match: [, key = "", value = ""] }) => {
      const row = keys[key];
      if (row === undefined) return true;
      if (value === "" || /^(?:\.\.\.|[A-Z]+|SHA256:\.*|<.*|with|and|to)$|\$\{/.test(value)) return false;
      try {
        row.parse(key, value.replace(/\.$/, ""));
        return false;
      } catch {
        return true;
      }
    });
    expect(wrong.map(({ file, match }) => `${file}: ${match[0]}`)).toEqual([]);
  });
});
