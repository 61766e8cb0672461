/**
 * The files of a run on the router: one folder under /run, so that a reboot takes them away. Root's and the group
 * vyattacfg's alone, who may read the whole configuration anyway. No name in it comes from outside.
 */

import { quoteWord } from "../../vyos/commands.ts";
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

/** The same for a text that must come out to the byte, with or without a newline at its end. */
export function writeText(name: string, text: string): string {
  const end = text.lastIndexOf("\n") + 1;
  const lines = text.slice(0, end).split("\n").slice(0, -1).map(quoteWord).join(" ");
  const parts = [
    ...(end > 0 ? [`printf '%s\\n' ${lines}`] : []),
    ...(end < text.length ? [`printf '%s' ${quoteWord(text.slice(end))}`] : []),
  ];
  return `{ ${parts.length > 0 ? parts.join("; ") : ":"}; } >${folder}/${name}`;
}
