/** A router as a change needs to know it, asked at once: one round trip, two when an earlier change left files behind. */

import { createHash } from "node:crypto";
import { AnswerGarbled, ConfigurationEmpty } from "../../errors.ts";
import { quoteWord } from "../../vyos/commands.ts";
import { parseDocument } from "../../vyos/document.ts";
import { type Kernel, kernelLines, parseKernel } from "../../vyos/kernel/strays.ts";
import { parseTreeText } from "../../vyos/text.ts";
import type { ConfigTree } from "../../vyos/tree.ts";
import { checkVersion, type Run, versionLine } from "../wire/session.ts";
import type { Answer } from "../wire/shell.ts";
import { home } from "./folder.ts";
import { journalPath, parseJournal } from "./journal.ts";
import { filesOf, type Operation } from "./operation.ts";
import { addressesOf } from "./placing.ts";
import { pendingFiles } from "./planning.ts";
import type { Found } from "./resolve.ts";

export interface Reading extends Found {
  readonly saved: ConfigTree;
  readonly kernel: Kernel;
  readonly earlier: Earlier | undefined;
}

/** The last change that this router has run since its boot. */
export interface Earlier {
  readonly unit: "runs" | "gone";
  /** Whether it has come to its end. */
  readonly ended: boolean;
  /** Since when, in whose hands. */
  readonly who: string;
}

const runningLine = "cli-shell-api showCfg --show-active-only";
const savedLine = "cat /config/config.boot";
const journalLine = `if [ -e ${journalPath} ]; then sudo cat ${journalPath}; fi`;
const lookLine = `/bin/vbash ${home}/transaction look`;

/** Throws ConfigurationEmpty, unless a change that has not ended can still mend it. */
export async function readRouter(run: Run, operations: readonly Operation[]): Promise<Reading> {
  const [version, running, saved, journalText, look, kernel, files, holders] = await Promise.all([
    run(versionLine),
    run(runningLine),
    run(savedLine),
    run(journalLine),
    run(lookLine),
    readKernel(run),
    readFiles(run, filesOf(operations)),
    readHolders(run, operations),
  ]);
  const earlier = parseLook(look);
  checkVersion(version.output);
  const tree = parseConfiguration(runningLine, running);
  if (tree.size === 0 && (earlier === undefined || earlier.ended)) throw new ConfigurationEmpty();
  if (journalText.status !== 0) throw new AnswerGarbled(journalLine, journalText.output);
  const journal = parseJournal(journalText.output);
  const pending = pendingFiles(journal).filter((path) => !files.has(path));
  const more = pending.length > 0 ? await readFiles(run, pending) : new Map<string, string | undefined>();
  return {
    document: parseDocument(running.output),
    running: tree,
    saved: parseConfiguration(savedLine, saved),
    journal,
    journalText: journalText.output,
    files: new Map([...files, ...more]),
    holders,
    kernel,
    earlier,
  };
}

export async function readRunning(run: Run): Promise<ConfigTree> {
  const tree = parseConfiguration(runningLine, await run(runningLine));
  if (tree.size === 0) throw new ConfigurationEmpty();
  return tree;
}

export async function readFiles(
  run: Run,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const found = await Promise.all(
    [...new Set(paths)].map(async (path) => [path, await readOne(run, path)] as const),
  );
  return new Map(found);
}

/** The hash tells a text that came whole from noise, and from a file that is no text. */
async function readOne(run: Run, path: string): Promise<string | undefined> {
  const word = quoteWord(path);
  const [there, cat, sum] = await Promise.all([
    run(`test -e ${word}`),
    run(`sudo cat ${word}`),
    run(`sudo sha256sum ${word}`),
  ]);
  if (there.status !== 0) return undefined;
  if (sum.output.startsWith(`${createHash("sha256").update(cat.output).digest("hex")} `)) return cat.output;
  throw new AnswerGarbled(`sudo cat ${path}`, sum.output);
}

/**
 * Who on the link answers for an address that is to come (RFC 4861 section 7.2), by ndisc6, which VyOS has for `force ipv6-nd`
 * (vyos-1x: debian/control). One that the interface holds already answers to nobody but us; no answer may also be no link.
 */
async function readHolders(run: Run, operations: readonly Operation[]): Promise<ReadonlyMap<string, string>> {
  const asked = addressesOf(operations).map(async ({ device, address }): Promise<[string, string][]> => {
    const own = `ip -6 addr show dev ${device} | grep -qF ' ${address}/'`;
    const { output } = await run(
      `${own} || sudo -n ndisc6 -q -n -r 1 -w 1000 ${address} ${device} 2>/dev/null`,
    );
    const mac = /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/im.exec(output)?.[0];
    return mac === undefined ? [] : [[address, mac.toLowerCase()]];
  });
  return new Map((await Promise.all(asked)).flat());
}

async function readKernel(run: Run): Promise<Kernel> {
  const read = async (line: string): Promise<string> => (await run(line)).output;
  const [tunnels, routes4, routes6, rules] = await Promise.all([
    read(kernelLines.tunnels),
    read(kernelLines.routes4),
    read(kernelLines.routes6),
    read(kernelLines.rules),
  ]);
  try {
    return parseKernel({ tunnels, routes4, routes6, rules });
  } catch (cause) {
    throw new AnswerGarbled(kernelLines.routes4, routes4 + routes6, { cause });
  }
}

export function parseConfiguration(line: string, { status, output }: Answer): ConfigTree {
  if (status !== 0) throw new AnswerGarbled(line, output);
  try {
    return parseTreeText(output);
  } catch (cause) {
    throw new AnswerGarbled(line, cause instanceof Error ? cause.message : "", { cause });
  }
}

/** The unit's state, who it is, then its status lines. */
function parseLook({ status, output }: Answer): Earlier | undefined {
  if (status !== 0) return undefined;
  const [state = "", who = "", ...lines] = output.split("\n");
  return {
    unit: state === "inactive" ? "gone" : "runs",
    ended: lines.some((line) => / end( |$)/.test(line)),
    who,
  };
}
