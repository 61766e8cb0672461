/** One reading of a router over one shell: everything is asked at once, and what comes is gathered into facts. */

import { type Answer, Shell } from "../router/wire/shell.ts";
import type { Transport } from "../router/wire/transport.ts";
import { type ConfigTree, emptyTree } from "../vyos/tree.ts";
import {
  type Facts,
  lineTimeoutSeconds,
  parseFacts,
  type Questions,
  type Reading,
  type ReadingName,
  readingLines,
} from "./facts.ts";

/** Sends one line to the router's shell; the shell is given up when no answer comes in time. */
export type Ask = (line: string, timeoutSeconds: number) => Promise<Answer>;

/** The VyOS environment, without a configuration session: nothing here opens a candidate. */
const prelude = ["source /opt/vyatta/etc/functions/script-template"];

/**
 * One round trip after the login, or two when the running configuration must say what to ask (an empty one when it could not
 * be read). Rejects only when nothing came at all.
 */
export async function readRouter(
  transport: Transport,
  where: string,
  questions: Questions | ((running: ConfigTree) => Questions),
): Promise<Facts> {
  const shell = new Shell(transport, where);
  const ask: Ask = (line, timeoutSeconds) => shell.run(line, timeoutSeconds);
  try {
    await shell.open(prelude);
    if (typeof questions !== "function") return await readOver(ask, questions);
    const isRunning = ([name]: readonly [ReadingName, string]): boolean => name === "running";
    const first = await gather(ask, readingLines({}).filter(isRunning));
    const { running = emptyTree } = parseFacts(first, hereSeconds());
    const others = readingLines(questions(running)).filter((one) => !isRunning(one));
    return parseFacts({ ...first, ...(await gather(ask, others)) }, hereSeconds());
  } finally {
    await shell.close();
  }
}

/** The same over a shell that somebody else opened; `known`: what they have asked already. */
export async function readOver(
  ask: Ask,
  questions: Questions,
  known: readonly ReadingName[] = [],
): Promise<Facts> {
  const lines = readingLines(questions).filter(([name]) => !known.includes(name));
  return parseFacts(await gather(ask, lines), hereSeconds());
}

async function gather(ask: Ask, lines: readonly [ReadingName, string][]): Promise<Reading> {
  const settled = await Promise.allSettled(lines.map(([, line]) => ask(line, lineTimeoutSeconds)));
  const [first] = settled;
  if (first?.status === "rejected" && settled.every(({ status }) => status === "rejected"))
    throw first.reason;
  return Object.fromEntries(lines.map(([name], index) => [name, answerOf(settled[index])])) satisfies Reading;
}

/** `timeout` ends with 124 when it killed the command. */
function answerOf(settled: PromiseSettledResult<Answer> | undefined): Answer | "no answer" {
  if (settled?.status !== "fulfilled" || settled.value.status === 124) return "no answer";
  return settled.value;
}

function hereSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
