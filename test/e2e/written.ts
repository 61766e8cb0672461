/** What the engine writes of a stack. */

import { readdirSync, readFileSync, statSync } from "node:fs";

/**
 * The stack's own files: its configuration, state and event logs, but for the SDK's own debug lines in these, which hold every
 * secret of any program (docs/operations.md). The key's own file is where the user keeps it.
 */
export function filesOf(folder: string): string[] {
  const own = readdirSync(folder).filter((name) => /^\.(?:state|events)|^Pulumi\.home\.yaml$/.test(name));
  return own.flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(path).isFile())
      return readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => !/"severity":"debug"/.test(line));
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"));
  });
}
