/**
 * One size of the growth bench in a process of its own, so that its memory is nobody else's: reads two configurations,
 * compares them and prints one. Prints one JSON object. Usage: growth-pass.ts RUNNING_FILE WANTED_FILE
 */

import { readFileSync } from "node:fs";
import { diffTrees } from "../../vyos/diff.ts";
import { parseTreeText, printTreeText } from "../../vyos/text.ts";
import { median } from "./statistics.ts";

export interface GrowthPass {
  /** The first pass, with code that no compiler has seen: what a user waits for. */
  readonly coldSeconds: number;
  /** The median of the later passes. */
  readonly warmSeconds: number;
  /** Peak of the whole process after the first pass; 1 MB is 10^6 octets. */
  readonly peakMegabytes: number;
}

/** Small sizes are repeated until their clock is worth reading. */
const enoughSeconds = 0.3;
const enoughPasses = 5;

const [running = "", wanted = ""] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));

function pass(): number {
  const started = performance.now();
  const now = parseTreeText(running);
  const commands = diffTrees(now, parseTreeText(wanted));
  const printed = printTreeText(now);
  const seconds = (performance.now() - started) / 1000;
  if (commands.length === 0 || printed.length < running.length)
    throw new Error("the pass did not do what it measures");
  return seconds;
}

const coldSeconds = pass();
const peakMegabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
const warm: number[] = [];
for (let spent = 0; warm.length < enoughPasses || spent < enoughSeconds; spent += warm.at(-1) ?? 0) {
  warm.push(pass());
}
const result: GrowthPass = { coldSeconds, warmSeconds: median(warm), peakMegabytes };
process.stdout.write(`${JSON.stringify(result)}\n`);
