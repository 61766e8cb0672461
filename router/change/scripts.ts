/**
 * The files of an armed change: kept aside, written beside their place and moved into it, read back by their hash, and put
 * back when the change is undone, by this run or by the router's own undo. Must never let a text reach a shell unquoted.
 */

import { createHash } from "node:crypto";
import { AnswerGarbled, Occupied, ScriptFailed } from "../../errors.ts";
import { quoteWord } from "../../vyos/commands.ts";
import { isHeld, isOurs, textAfter } from "../../vyos/resources/owned-file.ts";
import { folder, type Run, writeText } from "../wire/workspace.ts";
import type { Operation } from "./operation.ts";

/** Undefined: there is no such file. */
export interface FoundFile {
  readonly text: string | undefined;
  /** For install(1): `-m 755 -o root -g vyattacfg`. */
  readonly as: string;
}

export type FoundFiles = ReadonlyMap<string, FoundFile>;

/** One file from what it is to what it shall be, whoever of the batch asked for it. */
export interface FileStep {
  readonly path: string;
  readonly before: FoundFile;
  readonly after: string | undefined;
  readonly start: string | undefined;
  readonly stop: string | undefined;
}

/** Readable by all, written by root alone: VyOS runs them as root. */
const ourMode = "-m 0755 -o root -g vyattacfg";

export async function readFiles(run: Run, paths: readonly string[]): Promise<FoundFiles> {
  const found = await Promise.all(
    [...new Set(paths)].map(async (path) => [path, await readOne(run, path)] as const),
  );
  return new Map(found);
}

/** The hash tells a text that came whole from noise, and from a file that is no text. */
async function readOne(run: Run, path: string): Promise<FoundFile> {
  const word = quoteWord(path);
  const [there, cat, sum, mode] = await Promise.all([
    run(`test -e ${word}`),
    run(`sudo cat ${word}`),
    run(`sudo sha256sum ${word}`),
    run(`sudo stat -c '-m %a -o %U -g %G' ${word}`),
  ]);
  if (there.status !== 0) return { text: undefined, as: ourMode };
  const as = mode.output.trim();
  const whole = sum.output.startsWith(`${sha256(cat.output)} `);
  if (whole && /^-m [0-7]+ -o [\w-]+ -g [\w-]+$/.test(as)) return { text: cat.output, as };
  throw new AnswerGarbled(`sudo cat ${path}`, sum.output);
}

/** The files that an operation changes. Throws Occupied for a script of somebody else's that it may not change. */
export function changedFiles(operation: Operation, found: FoundFiles): string[] {
  return (operation.scripts ?? []).flatMap(({ file, wanted }) => {
    const text = found.get(file.path)?.text;
    if (isHeld(file, wanted, text)) return [];
    const foreign = file.kind === "script" && text !== undefined && !isOurs(text);
    if (foreign && operation.expects === "free") {
      throw new Occupied(file.path, [`a script of somebody else's, sha256 ${sha256(text)}`]);
    }
    return [file.path];
  });
}

/** All files of a batch, each once, with what every operation wants of it. */
export function fileSteps(operations: readonly Operation[], found: FoundFiles): FileStep[] {
  const steps = new Map<string, FileStep>();
  for (const { file, wanted } of operations.flatMap(({ scripts }) => scripts ?? [])) {
    const before = found.get(file.path) ?? { text: undefined, as: ourMode };
    const step = steps.get(file.path);
    const after = textAfter(file, wanted, step === undefined ? before.text : step.after);
    const { start, stop } = file.kind === "script" ? file : { start: undefined, stop: undefined };
    steps.set(file.path, { path: file.path, before, after, start, stop });
  }
  return [...steps.values()].filter(({ before, after }) => before.text !== after);
}

/** The paths at which a file is. */
export function pathsThere(found: FoundFiles): ReadonlySet<string> {
  return new Set([...found].flatMap(([path, { text }]) => (text === undefined ? [] : [path])));
}

/** Whether each operation has in its files what it wants. */
export function filesHold(operations: readonly Operation[], found: FoundFiles): boolean {
  return operations.every(({ scripts }) =>
    (scripts ?? []).every(({ file, wanted }) => isHeld(file, wanted, found.get(file.path)?.text)),
  );
}

/** For the router's own undo and for this run's: what a task of the configuration may name comes before it. */
export function restoreLines(steps: readonly FileStep[]): { first: string[]; last: string[] } {
  const lines = steps.map(putBackLine);
  const was = (index: number): boolean => steps[index]?.before.text !== undefined;
  return { first: lines.filter((_, index) => was(index)), last: lines.filter((_, index) => !was(index)) };
}

function putBackLine(step: FileStep): string {
  const { path, before, stop, start } = step;
  if (before.text === undefined) return takeAway(path, stop);
  const back = `if [ -e ${kept(path)} ]; then ${place(kept(path), path, before.as)}; fi`;
  return start === undefined ? back : `${back}; ${runLine(path, start)}`;
}

/** Before anything is changed, and read back: what is not kept aside cannot be put back. */
export async function keepAside(run: Run, steps: readonly FileStep[]): Promise<void> {
  for (const { path, before } of steps) {
    if (before.text === undefined) continue;
    await must(
      run,
      `keep ${path} aside`,
      `sudo install -m 0600 -o root -g root ${quoteWord(path)} ${kept(path)}`,
    );
    await checkHash(run, kept(path), before.text);
  }
}

/** Before the commit, for VyOS refuses a task whose program is not there. */
export async function installFiles(run: Run, steps: readonly FileStep[]): Promise<void> {
  for (const { path, before, after, start, stop } of steps) {
    if (after === undefined) continue;
    // One that is started anew takes over from the one before it, without a moment between.
    const stops = start === undefined && stop !== undefined && isOurs(before.text ?? "");
    if (stops) await must(run, `run ${path} ${stop}`, runLine(path, stop));
    const parent = path.slice(0, path.lastIndexOf("/"));
    const lines = [
      `sudo mkdir -p ${quoteWord(parent)}`,
      writeText("script", after),
      place(`${folder}/script`, path, before.as),
    ];
    for (const line of lines) await must(run, `write ${path}`, line);
    await checkHash(run, quoteWord(path), after);
    if (start !== undefined) await must(run, `run ${path} ${start}`, runLine(path, start));
  }
}

/** After the commit, for a task that names it goes with the commit. */
export async function removeFiles(run: Run, steps: readonly FileStep[]): Promise<void> {
  for (const { path, before, after, stop } of steps) {
    if (after !== undefined || before.text === undefined) continue;
    await must(run, `take ${path} away`, takeAway(path, stop));
  }
}

export async function forgetKept(run: Run, steps: readonly FileStep[]): Promise<void> {
  await run(`rm -f ${folder}/script ${steps.map(({ path }) => kept(path)).join(" ")}`);
}

/** A name with a dot, so that run-parts never takes the half-made one for a hook. */
function place(from: string, path: string, as: string): string {
  const half = quoteWord(`${path}.new`);
  return `sudo install ${as} ${from} ${half} && sudo mv -f ${half} ${quoteWord(path)}`;
}

/** A script that was never installed, or is gone already, has nothing to stop. */
function takeAway(path: string, stop: string | undefined): string {
  const remove = `sudo rm -f ${quoteWord(path)}`;
  return stop === undefined
    ? remove
    : `if [ -x ${quoteWord(path)} ]; then ${runLine(path, stop)}; fi; ${remove}`;
}

function runLine(path: string, argument: string): string {
  return `sudo ${quoteWord(path)} ${quoteWord(argument)}`;
}

/** No two files share a name here: the hash is of the path. */
function kept(path: string): string {
  return `${folder}/kept-${sha256(path).slice(0, 16)}`;
}

async function checkHash(run: Run, word: string, text: string): Promise<void> {
  const { output } = await run(`sudo sha256sum ${word}`);
  if (!output.startsWith(`${sha256(text)} `))
    throw new ScriptFailed(`hold what was written to ${word}`, output);
}

async function must(run: Run, what: string, line: string): Promise<void> {
  const { status, output } = await run(line);
  if (status !== 0) throw new ScriptFailed(what, output);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
