/**
 * One line of the script that VyOS runs at the end of a boot, as root (vyos-documentation: automation/command-scripting).
 * Pure. The script is its owner's: only the line is ours.
 */

import { InvalidValue } from "../../errors.ts";
import { text } from "./kinds.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { required } from "./row.ts";

const bootScript = "/config/scripts/vyos-postconfig-bootup.script";

export const bootLine = resource({
  label: "BootLine",
  meaning: "one line of the script that VyOS runs, as root, at the end of a boot",
  owns: `a line of ${bootScript}`,
  keys: {
    line: required(text("program and arguments", parseLine), {
      meaning: "/config/scripts/uplink-check start",
    }),
  },
  fields: {},
  // A line is no claim on the file that it stands in.
  paths: () => [],
  id: ({ line }) => `${bootScript}: ${line}`,
  files: ({ line }) => [{ kind: "line", path: bootScript, line }],
});

export type BootLineArgs = ArgsOf<typeof bootLine>;

/** A program below /config/scripts and plain words: it stands in a shell script of root's. */
function parseLine(field: string, line: string): string {
  if (/^\/config\/scripts\/[A-Za-z0-9._/-]+(?: [A-Za-z0-9_-]+)*$/.test(line) && !line.includes(".."))
    return line;
  const reason = "is not a program below /config/scripts with plain arguments";
  throw new InvalidValue(field, line, reason, "write a line such as /config/scripts/uplink-check start");
}
