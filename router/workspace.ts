/**
 * The files of a run on the router: one folder under /run, so that a reboot takes them away. Root's and the group
 * vyattacfg's alone, who may read the whole configuration anyway. No name in it comes from outside.
 */

import { quoteWord } from "../vyos/commands.ts";
import type { Answer } from "./shell.ts";

/** Sends one line to the router's shell. */
export type Run = (line: string) => Promise<Answer>;

export const folder = "/run/vyos-uplink";

/** A user of another login may have made it: the group is what all of them share. */
export const prepareFolder = `sudo install -d -m 0770 -o root -g vyattacfg ${folder}`;

/** A line that writes a file of ours, whatever is in the text. */
export function writeFile(name: string, text: string): string {
  return `printf '%s\\n' ${text.split("\n").map(quoteWord).join(" ")} >${folder}/${name}`;
}
