/**
 * What a change would do to a router, asked of the router itself: the wanted text is loaded into a candidate and thrown away.
 * It must never commit, lock or save.
 */

import { randomBytes } from "node:crypto";
import { printCommand } from "../vyos/commands.ts";
import { diffTrees } from "../vyos/diff.ts";
import { nameOf, parseDocument } from "../vyos/document.ts";
import { withoutTheirs } from "../vyos/drift.ts";
import type { LanVerdict } from "../vyos/firewall/lan-verdict.ts";
import { parseTreeText } from "../vyos/text.ts";
import type { ConfigTree } from "../vyos/tree.ts";
import { home, linesText, writeText } from "./change/folder.ts";
import { differencesBeside, lanOf, straysInTheWay } from "./change/in-the-way.ts";
import { type Operation, writtenFor } from "./change/operation.ts";
import { type Change, compose, prepare } from "./change/planning.ts";
import { type Reading, readRouter } from "./change/reading.ts";
import type { Session } from "./wire/session.ts";

export interface Plan {
  /** Between what runs and what is wanted, deletes first. */
  readonly commands: readonly string[];
  /** The paths of the files that would change. */
  readonly files: readonly string[];
  /** What would stop the change, or part of it: one text each. */
  readonly obstacles: readonly string[];
  /** Where running differs from saved, beside the declared paths. */
  readonly unsaved: readonly string[];
  /** Whether an up would look if IPv4 goes out. */
  readonly probed: boolean;
  /** What the LAN would get by it, by the configuration alone. */
  readonly lan: LanVerdict;
  readonly running: ConfigTree;
  readonly wanted: ConfigTree;
}

export async function planOn(session: Session, operations: readonly Operation[]): Promise<Plan> {
  const found = await readRouter(session.run, operations);
  const { plan, change } = planFrom(found, operations);
  return { ...plan, obstacles: [...plan.obstacles, ...(await refusals(session, change))] };
}

/** A router that is not there, by the text of its configuration: nothing is known of its kernel, files and journal. */
export function planOfText(text: string, operations: readonly Operation[]): Plan {
  const running = parseTreeText(text);
  const kernel = { tunnels: [], routes4: [], routes6: [], rules: [] };
  const nothing = {
    journal: new Map(),
    journalText: "",
    files: new Map(),
    holders: new Map(),
    kernel,
    earlier: undefined,
  };
  return planFrom({ document: parseDocument(text), running, saved: running, ...nothing }, operations).plan;
}

function planFrom(found: Reading, operations: readonly Operation[]): { plan: Plan; change: Change } {
  const circumstances = { found, declared: new Set<string>(), now: new Date().toISOString() };
  const written = operations.map((one) => writtenFor(one, found.running));
  const prepared = prepare(written, circumstances);
  const change = compose(prepared, circumstances);
  const unready = [...prepared.unready].flatMap(([{ id }, why]) =>
    why.kind === "failed" ? [why.error.message] : why.missing.map((path) => `${id} needs ${path}`),
  );
  const strays = straysInTheWay(change, found).map(({ what, remove }) => `${what}; remove it: ${remove}`);
  const unsaved = differencesBeside(change, found);
  const nodes = written.flatMap((one) => one.nodes);
  const running = withoutTheirs(found.running, nodes, "***");
  const wanted = withoutTheirs(change.wantedTree, nodes, "*** as before");
  const plan = {
    commands: diffTrees(running, wanted).map(printCommand),
    files: change.files.map(({ path }) => path),
    obstacles: [...unready, ...strays, ...change.stays],
    unsaved: [...new Set(unsaved.map((path) => nameOf(found.document, path).join(" ")))],
    probed: change.probe !== undefined,
    lan: lanOf(change, found),
    ...{ running, wanted },
  };
  return { plan, change };
}

/** Each line by itself, in a session of its own: loading the whole would say what is refused and not whose it is. */
async function refusals(session: Session, { redo, configures }: Change): Promise<string[]> {
  if (!configures) return [];
  const folder = `${home}/plan-${randomBytes(8).toString("hex")}`;
  const script = `no() { echo "refused $1"; cat ${folder}/out; }\nO=${folder}/out\n${linesText(redo)}`;
  const lines = [
    `sudo install -d -m 0770 -o root -g vyattacfg ${home} && mkdir ${folder}`,
    writeText(`${folder}/lines`, script),
    'eval "$(cli-shell-api getSessionEnv $$)"',
    "cli-shell-api setupSession",
    `source ${folder}/lines`,
    "cli-shell-api teardownSession",
    `rm -rf ${folder}`,
  ];
  const answers = await Promise.all(lines.map((line) => session.run(line)));
  const output = answers[4]?.output.trim() ?? "";
  return output === "" ? [] : [`the router refuses: ${output}`];
}
