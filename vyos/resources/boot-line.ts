/**
 * One line of the script that VyOS runs at the end of a boot, as root (vyos-documentation: automation/command-scripting).
 * Pure. The script is its owner's: only the line is ours.
 */

import { InvalidValue } from "../../errors.ts";
import { requiredText } from "./inputs.ts";
import type { OwnedFile } from "./owned-file.ts";
import type { ResourceModel } from "./resource.ts";

export interface BootLineArgs {
  /** A program below /config/scripts and its arguments: /config/scripts/uplink-check start. */
  readonly line: string;
}

export interface BootLineValue {
  readonly line: string;
}

const bootScript = "/config/scripts/vyos-postconfig-bootup.script";

export const bootLineModel: ResourceModel<BootLineValue> = {
  identity: ["line"],
  id: ({ line }) => `${bootScript}: ${line}`,
  parse: (inputs) => ({ line: parseLine(requiredText(inputs, "line")) }),
  nodes: () => [],
  files: ({ line }): OwnedFile[] => [{ kind: "line", path: bootScript, line }],
};

/** A program below /config/scripts and plain words: it stands in a shell script of root's. */
function parseLine(text: string): string {
  if (/^\/config\/scripts\/[A-Za-z0-9._/-]+(?: [A-Za-z0-9_-]+)*$/.test(text) && !text.includes(".."))
    return text;
  const reason = "is not a program below /config/scripts with plain arguments";
  throw new InvalidValue("line", text, reason, "write a line such as /config/scripts/uplink-check start");
}
