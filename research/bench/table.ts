/** The bench's figures for people: one table, part by part. Pure. */

import type { BatchGrowth } from "./batches.ts";
import { type Goal, overFloor, overLimit } from "./goals.ts";
import type { Growth } from "./growth.ts";
import type { OperationRow } from "./operations.ts";
import type { PeerResult } from "./peers.ts";
import { rounded } from "./statistics.ts";

export interface Figures {
  readonly operations: readonly OperationRow[];
  readonly peers: readonly PeerResult[];
  /** On the peers' routers. */
  readonly peerCommitSeconds: number;
  readonly growth: Growth;
  readonly batches: BatchGrowth;
  readonly derivationsPerSecond: number;
  readonly doctorSeconds: number;
  readonly goals: readonly Goal[];
}

export function printTable(figures: Figures): string {
  return [
    ...operationsPart(figures.operations),
    ...peersPart(figures.peers, figures.peerCommitSeconds),
    ...growthPart(figures.growth),
    ...batchesPart(figures.batches),
    "",
    `MAP-E: ${Math.round(figures.derivationsPerSecond)} lines derived a second`,
    `the doctor on a healthy router: ${figures.doctorSeconds.toFixed(2)} s`,
    ...goalsPart(figures.goals),
    "",
  ].join("\n");
}

function operationsPart(rows: readonly OperationRow[]): string[] {
  const head = [
    "operation",
    "commit s",
    "commits",
    "SSH",
    "trips",
    "kB",
    "seconds",
    "floor",
    "x floor",
    "x limit",
  ];
  return [
    "",
    "Operations through the engine; floor: as many resources that do nothing; limit of a switch: 1.25 x (floor + commits)",
    line([...head]),
    ...rows.map((row) =>
      line([
        `${row.case}: ${row.operation}`,
        row.commitSeconds,
        row.commits,
        row.connections,
        row.roundTrips,
        kilobytes(row.bytes),
        row.seconds.toFixed(2),
        row.floorSeconds.toFixed(2),
        overFloor(row).toFixed(2),
        row.operation.startsWith("switch") ? overLimit(row).toFixed(2) : "",
      ]),
    ),
  ];
}

function peersPart(peers: readonly PeerResult[], commitSeconds: number): string[] {
  return [
    "",
    `wxr to mape without the engine, on a simulated router of the same kind, ${commitSeconds} s a commit`,
    line(["by", "commits", "x ours", "SSH", "trips", "kB", "seconds"]),
    ...peers.map((peer) =>
      line([
        peer.name,
        peer.commits,
        peer.commitsOverOurs,
        peer.connections,
        peer.roundTrips,
        kilobytes(peer.bytes),
        peer.seconds.toFixed(2),
      ]),
    ),
  ];
}

function growthPart({ rows, treeExponent }: Growth): string[] {
  return [
    "",
    `Configurations read twice, compared and printed; time grows with lines^${treeExponent.toFixed(2)}`,
    line(["lines", "cold s", "warm s", "peak MB"]),
    ...rows.map((row) =>
      line([row.lines, rounded(row.coldSeconds), rounded(row.warmSeconds), rounded(row.peakMegabytes)]),
    ),
  ];
}

function batchesPart({ rows, batchExponent }: BatchGrowth): string[] {
  return [
    "",
    `Batches without the engine, 0 s a commit; time beyond the quiet time grows with operations^${batchExponent.toFixed(2)}`,
    line(["operations", "commits", "trips", "kB", "seconds"]),
    ...rows.map((row) =>
      line([row.operations, row.commits, row.roundTrips, kilobytes(row.bytes), row.seconds.toFixed(2)]),
    ),
  ];
}

function goalsPart(goals: readonly Goal[]): string[] {
  return [
    "",
    "Goals",
    ...goals.map(({ text, value, limit, met }) => line([text, value, `<= ${limit}`, met ? "met" : "MISSED"])),
  ];
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function line(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => (index === 0 ? String(cell).padEnd(34) : String(cell).padStart(10)))
    .join("")
    .trimEnd();
}
