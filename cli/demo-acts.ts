/** What the demo shows, act by act: the switch and back, or a switch that goes wrong. */

import type { EngineRun, Sandbox } from "../test/sandbox.ts";
import type { Simulator } from "../test/simulator/simulator.ts";

/** One act's figures. */
export interface Happened {
  readonly name: string;
  readonly commits: number;
  readonly connections: number;
  readonly configReads: number;
  readonly seconds: number;
  readonly changes: number;
  readonly ok: boolean;
}

interface Act {
  readonly name: string;
  readonly title: string;
  readonly runs: readonly (readonly string[])[];
  /** Before the engine runs. */
  readonly first?: (simulator: Simulator) => void;
  /** After it, for the viewer. */
  readonly afterwards?: (simulator: Simulator) => string;
  /** `either`: the last run may fail, and the router must then hold what it held before. */
  readonly end?: "succeeds" | "either";
}

const up = ["up", "--yes", "--skip-preview"];
const setUplink = (uplink: string): string[] => ["config", "set", "uplink", uplink];
const holds = (simulator: Simulator): string =>
  `  The router now holds:\n${ours(simulator.running()).join("\n")}`;

const begin: Act = {
  name: "up-wxr",
  title: "The router as it is: uplink wxr. The default route is there and is adopted.",
  runs: [up],
};

const thereAndBack: readonly Act[] = [
  begin,
  {
    name: "preview-switch",
    title: "pulumi config set uplink mape && pulumi preview --diff",
    runs: [setUplink("mape"), ["preview", "--diff"]],
  },
  {
    name: "switch-to-mape",
    title: "pulumi up: tunnel, address, routes and NAPT over 15 blocks in one commit",
    runs: [up],
    afterwards: holds,
  },
  { name: "no-change", title: "A second pulumi up changes nothing", runs: [[...up, "--expect-no-changes"]] },
  {
    name: "drift",
    title: "Somebody changes the tunnel on the router by hand, and pulumi refresh finds it",
    first: (simulator) => {
      simulator.byHand(["delete interfaces tunnel tun0 parameters", "set interfaces tunnel tun0 mtu 1452"]);
    },
    runs: [["refresh", "--yes", "--skip-preview", "--diff"]],
  },
  { name: "repair", title: "pulumi up repairs it", runs: [up] },
  { name: "switch-to-wxr", title: "pulumi config set uplink wxr && pulumi up", runs: [setUplink("wxr"), up] },
  {
    name: "destroy",
    title: "pulumi destroy puts back what was there before",
    runs: [["destroy", "--yes", "--skip-preview"]],
    afterwards: holds,
  },
];

const filter = "firewall ipv4 forward filter";

/** What goes wrong, by the word that --break takes. */
export const breaks: Readonly<
  Record<string, { readonly title: string; readonly plant: (simulator: Simulator) => void }>
> = {
  relay: {
    title: "The border relay is silent, and somebody switches to mape",
    plant: ({ network }) => {
      network.relayAnswers = false;
    },
  },
  firewall: {
    title: "The firewall lets the LAN out by eth0 alone, and somebody switches to mape",
    plant: (simulator) => {
      const lines = [
        `set ${filter} default-action drop`,
        `set ${filter} rule 10 action accept`,
        `set ${filter} rule 10 outbound-interface name eth0`,
      ];
      simulator.byHand(lines, { save: true });
    },
  },
  link: {
    title: "The way to the router is cut in the middle of the commit",
    plant: (simulator) => simulator.inject({ at: "commit-middle", kind: "drop", times: 1 }),
  },
};

/** Undefined: there is no such break. */
export function actsOf(broken: string | undefined): readonly Act[] | undefined {
  if (broken === undefined) return thereAndBack;
  const planted = breaks[broken];
  if (planted === undefined) return undefined;
  const runs = [setUplink("mape"), up];
  return [
    begin,
    { name: `break-${broken}`, title: planted.title, runs, first: planted.plant, end: "either" },
  ];
}

/** The lines of the uplink. */
function ours(lines: readonly string[]): string[] {
  return lines
    .filter((line) => /tunnel|static|nat source|eth1 address/.test(line))
    .map((line) => (line.length > 110 ? `  ${line.slice(0, 106)}...` : `  ${line}`));
}

export async function perform(
  act: Act,
  simulator: Simulator,
  sandbox: Sandbox,
  tell: (text: string) => void,
): Promise<Happened> {
  tell(`\n=== ${act.name}: ${act.title}\n`);
  act.first?.(simulator);
  const held = simulator.running().join("\n");
  const before = { ...simulator.counters };
  let seconds = 0;
  let last: EngineRun = { status: 0, output: "", seconds: 0, changes: 0 };
  for (const args of act.runs) {
    const heard = lineByLine(tell);
    last = await sandbox.run(args, { show: heard.more });
    heard.end();
    if (last.status !== 0 && act.end !== "either")
      throw new Error(`${act.name}: pulumi ${args.join(" ")} ended with status ${last.status}`);
    if (args[0] !== "config") seconds += last.seconds;
  }
  if (act.afterwards) tell(act.afterwards(simulator));
  const unchanged = simulator.running().join("\n") === held;
  const lan = simulator.explain("lan");
  if (act.end === "either") tell(`${verdict(last, unchanged)}\n  The LAN: ${lan}`);
  const { commits, connections, configReads } = simulator.counters;
  return {
    name: act.name,
    commits: commits - before.commits,
    connections: connections - before.connections,
    configReads: configReads - before.configReads,
    seconds: Math.round(seconds * 100) / 100,
    changes: last.changes,
    ok: act.end !== "either" || ((last.status === 0 || unchanged) && /^IPv4 works/.test(lan)),
  };
}

function verdict({ status }: EngineRun, unchanged: boolean): string {
  if (status === 0) return "  up says done: the router runs mape.";
  return unchanged
    ? "  up says why not. The router holds, to the byte, what it held before."
    : "  up says why not, AND THE ROUTER HOLDS SOMETHING ELSE THAN BEFORE.";
}

/** The engine's output comes in pieces. */
function lineByLine(tell: (line: string) => void): { more: (text: string) => void; end: () => void } {
  let rest = "";
  return {
    more: (text) => {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      if (lines.length > 0) tell(lines.join("\n"));
    },
    end: () => tell(rest),
  };
}

export function tableOf(steps: readonly Happened[]): string {
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(16) : String(cell).padStart(14))).join("");
  const head = row(["step", "changes", "commits", "connections", "config reads", "seconds"]);
  const rows = steps.map((step) =>
    row([step.name, step.changes, step.commits, step.connections, step.configReads, step.seconds.toFixed(1)]),
  );
  return [head, ...rows, ""].join("\n");
}
