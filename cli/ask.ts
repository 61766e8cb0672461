/** Questions to the person at the terminal. Without a terminal nobody is asked, and the answer is the default. */

import { createInterface } from "node:readline/promises";
import { UplinkError } from "../errors.ts";

export async function askText(question: string, standard: string): Promise<string> {
  if (!process.stdin.isTTY) return standard;
  const shown = standard === "" ? "" : ` [${standard}]`;
  return (await askLine(`${question}${shown}: `)).trim() || standard;
}

/** No is the default: what asks here writes something. */
export async function askYes(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  return /^y(es)?$/i.test((await askLine(`${question} [y/N] `)).trim());
}

/** To standard error: standard output may be a file or JSON. Ctrl-C and Ctrl-D are an answer too. */
function askLine(text: string): Promise<string> {
  const line = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise<string>((resolve, reject) => {
    line.once("SIGINT", () => line.close());
    line.once("close", () => reject(new UplinkError("INTERRUPTED", "\nStopped here", "run it again")));
    line.question(text).then(resolve, reject);
  }).finally(() => line.close());
}
