/** The list of error codes that users look up, and the codes that the program can say, are the same. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";

const root = join(__dirname, "../..");
const rooms = ["config", "vyos", "mape", "router", "providers", "uplink", "cli", "doctor", "watch"];

/** A code stands in the code as text, where an error is made: in capitals, or in small letters in mape/refusal.ts. */
function codesInCode(): string[] {
  const inRooms = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(root, room, file), "utf8")),
  );
  const sources = [readFileSync(join(root, "errors.ts"), "utf8"), ...inRooms];
  const capitals = sources.flatMap((text) =>
    [...text.matchAll(/(?:super\(|UplinkError\(|refusal\()\s*"([A-Z_]+)"/g)].map(([, code = ""]) => code),
  );
  const remedies = readFileSync(join(root, "mape/refusal.ts"), "utf8");
  const small = [...remedies.matchAll(/^ {2}"([a-z0-9-]+)":$|^ {2}"([a-z0-9-]+)": "/gm)].map(
    ([, wrapped, code = wrapped ?? ""]) => code,
  );
  return [...new Set([...capitals, ...small])].sort();
}

const documented = [
  ...readFileSync(join(root, "docs/errors.md"), "utf8").matchAll(/^\| `([A-Za-z0-9_-]+)` \|/gm),
]
  .map(([, code = ""]) => code)
  .sort();

describe("docs/errors.md", () => {
  it("lists each code once", () => {
    expect(documented).toEqual([...new Set(documented)]);
  });

  it("lists the codes that the program can say, and no others", () => {
    expect(documented).toEqual(codesInCode());
  });
});
