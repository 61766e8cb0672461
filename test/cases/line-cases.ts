/** The lines that people have (lines.json): each through the calculator's and the product's one line module, and held to its right answer. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UplinkError } from "../../errors.ts";
import { explain } from "../../mape/explain.ts";
import { identify, printIdentity } from "../../mape/identify.ts";
import { type GivenFigures, type Line, lineOf } from "../../mape/line.ts";
import { fixedIpLineOf } from "../../mape/softwire.ts";

interface Row {
  readonly n: number;
  readonly what: string;
  readonly ask: "line" | "identify" | "fixed-ip" | "option94" | "answer" | "file";
  readonly input: string;
  readonly prefix?: string;
  readonly given?: Record<string, string>;
  /** The row whose answer this one has. */
  readonly as?: number;
  readonly right?: Record<string, unknown>;
  readonly says?: readonly string[];
  readonly refused?: readonly string[];
  readonly never?: string;
}

export interface Case {
  readonly name: string;
  readonly check: () => void | Promise<void>;
}

const root = resolve(import.meta.dirname, "../..");
const rows: readonly Row[] = JSON.parse(readFileSync(join(import.meta.dirname, "lines.json"), "utf8"));

export const lineCases: readonly Case[] = rows.map((row) => ({
  name: `lines ${row.n}: ${row.what}`,
  check: () => checkRow(row),
}));

function checkRow(row: Row): void {
  const refusal = refusalOf(() => checks[row.ask](row));
  if (row.refused === undefined) {
    if (refusal !== undefined) throw new Error(refusal);
    return;
  }
  assert.ok(refusal !== undefined, `not refused: ${row.input}`);
  for (const words of row.refused) assert.ok(refusal.includes(words), `${words} is not in: ${refusal}`);
  if (row.never !== undefined) assert.ok(!refusal.includes(row.never), `${row.never} is in: ${refusal}`);
}

function refusalOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof UplinkError) return error.message;
    throw error;
  }
}

const checks: Readonly<Record<Row["ask"], (row: Row) => void>> = {
  identify: (row) => checkWords(row, printIdentity(row.input, identify(row.input))),
  "fixed-ip": ({ input, given: { ipv4Address, relay, identifier } = {}, right = {} }) =>
    assert.partialDeepStrictEqual(
      { ...fixedIpLineOf({ delegatedPrefix: input, ipv4Address, relay, identifier }) },
      right,
    ),
  file: checkFile,
  option94: ({ input: option }) => {
    const delegatedPrefix = "2404:7a82:4d02:4100::/56";
    const right = { ipv4: "133.209.13.2", psid: 65, borderRelay: "2001:260:700:1::1:275" };
    assert.partialDeepStrictEqual(
      { ...lineOf({ kind: "option94", delegatedPrefix, option, given: {} }) },
      right,
    );
  },
  answer: (row) => {
    const delegatedPrefix = row.prefix ?? "2001:db8::/56";
    checkLine(row, lineOf({ kind: "hb46pp", delegatedPrefix, answer: row.input, given: {} }));
  },
  line: (row) => checkLine(row, ownLine(row.input, row.given)),
};

function ownLine(delegatedPrefix: string, given: GivenFigures = {}): Line {
  return lineOf({ kind: "service", delegatedPrefix, service: "auto", given });
}

/** `first` is the first range, `ports` their number. */
function checkLine(row: Row, line: Line): void {
  const { right: { first, ports, ...right } = {} } =
    row.as === undefined ? row : (rows.find(({ n }) => n === row.as) ?? row);
  assert.partialDeepStrictEqual(line, right);
  if (first !== undefined) assert.deepEqual(line.portBlocks?.[0], first);
  if (ports !== undefined) assert.equal(line.derivation.portCount, ports);
  checkWords(row, explain(line).join("\n"));
}

function checkWords({ says = [] }: Row, text: string): void {
  for (const words of says) assert.ok(text.includes(words), `${words} is not in: ${text}`);
}

/** The command line, started as npm does: from the project, with the user's own folder in INIT_CWD. */
function checkFile(row: Row): void {
  const folder = mkdtempSync(join(tmpdir(), "cases-"));
  try {
    const answer = rows.find(({ ask, as }) => ask === "answer" && as === row.as);
    writeFileSync(join(folder, row.input), answer?.input ?? "");
    const args = ["cli/mape.ts", "explain", answer?.prefix ?? "", "--hb46pp", row.input];
    const env = { ...process.env, INIT_CWD: folder };
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
    assert.ok(stdout.includes("106.73.82.193"), stdout + stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
