/** The rooms of the project and which imports which, read from the files themselves, not from a plan of them. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Room {
  readonly name: string;
  /** Rows from the top: nothing imports from a row above its own. */
  readonly row: number;
  readonly says: string;
  readonly imports: readonly string[];
}

/** One line each; a folder without one is not drawn, and the test says so. */
const captions: Readonly<Record<string, string>> = {
  "index.ts": "the program",
  cli: "demo, init, plan, doctor",
  uplink: "mape or wxr as objects",
  providers: "thin Pulumi adapters",
  doctor: "facts to one cause",
  router: "SSH, batch, undo timer, probe",
  mape: "RFC 7597 and the services",
  vyos: "configuration as data",
  engine: "finds or builds Pulumi",
  simulator: "a VyOS that is not there",
  lab: "NAPT in namespaces",
  bench: "figures beside others",
  watch: "looks on, falls back",
};

/** Folders that are no room: what they hold draws, shows or tests the rooms. */
export const notRooms = ["docs", "examples", "test", "node_modules"];

export function readRooms(root: string): Room[] {
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !notRooms.includes(entry.name))
    .map(({ name }) => name);
  const imports = new Map(["index.ts", ...folders].map((name) => [name, importsOf(root, name)]));
  const rows = new Map<string, number>();
  const rowOf = (name: string): number => {
    const known = rows.get(name);
    if (known !== undefined) return known;
    const above = [...imports].filter(([, to]) => to.includes(name)).map(([other]) => rowOf(other) + 1);
    rows.set(name, Math.max(0, ...above));
    return rows.get(name) ?? 0;
  };
  return [...imports].map(([name, to]) => {
    const says = captions[name];
    if (says === undefined) throw new Error(`docs/rooms.ts has no line for ${name}`);
    return { name, row: rowOf(name), says, imports: to };
  });
}

/** Types count too: they are what one room knows of another. */
function importsOf(root: string, name: string): string[] {
  const files = name.endsWith(".ts")
    ? [name]
    : readdirSync(join(root, name))
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join(name, file));
  const found = files.flatMap((file) =>
    [
      ...readFileSync(join(root, file), "utf8").matchAll(
        /^(?:import|export) [^;]*?from "(?:\.\.|\.)\/(\w+)\//gms,
      ),
    ].map(([, room = ""]) => room),
  );
  return [...new Set(found)].filter((room) => room !== name).sort();
}
