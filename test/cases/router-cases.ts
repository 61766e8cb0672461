/**
 * Routers as they are (routers.json, shapes.txt): each is switched by a stack without the engine, there and back, and must end
 * with running and saved line for line as before.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Given } from "../../config/given.ts";
import { home } from "../config/home.ts";
import { firstRouterConfiguration, type Simulator, startSimulator } from "../simulator/simulator.ts";
import type { Case } from "./line-cases.ts";
import { held, StackOnRouter } from "./on-router.ts";
import { shapes } from "./shapes.ts";

interface Row {
  readonly n: number;
  readonly what: string;
  /** `set` lines on top of the first router's, without those that begin with a text of `without`. */
  readonly lines: readonly string[];
  readonly without?: readonly string[];
  /** Said by hand to init, and to the stack. */
  readonly stack?: Readonly<Record<string, string>>;
  /** What init finds. */
  readonly init?: Readonly<Record<string, string>>;
  /** Why IPv4 works in wxr. */
  readonly works?: string;
  /** What the router's own files, unsaved lines or silent network are to be. */
  readonly unsaved?: readonly string[];
  readonly replaceSaved?: readonly [string, string];
  readonly relayIsSilent?: true;
  /** What the router says of its version, for which any up is refused. */
  readonly version?: string;
  /** Words of the refusal of the switch to mape, and what it must not say. */
  readonly refused?: readonly string[];
  readonly never?: string;
  /** With these values the switch then succeeds. */
  readonly mended?: Readonly<Record<string, string>>;
}

const rows: readonly Row[] = JSON.parse(readFileSync(join(import.meta.dirname, "routers.json"), "utf8"));

/** What stands in the way of a shape's switch, and the values that mend it. */
const shapesRefused: Readonly<Record<string, Partial<Row>>> = {
  "two next-hops": {
    refused: ["protocols static route 0.0.0.0/0", "takeOver"],
    mended: { takeOver: "true" },
  },
  // Its input filter drops whatever answers the router itself by another port than the LAN's, so nothing would prove the uplink.
  "firewall groups": {
    refused: ["set firewall ipv4 input filter rule 20 inbound-interface name tun0", "LAN_BLOCKED"],
  },
  "NAT rules where this program would write": {
    refused: ["natRuleBase"],
    mended: { natRuleBase: "3000" },
  },
};

export const routerCases: readonly Case[] = [
  ...rows.map((row) => ({
    name: `routers ${row.n}: ${row.what}`,
    check: () => checkRouter(row, linesOf(row)),
  })),
  ...shapes.map(({ name, lines }) => ({
    name: `shape: ${name}`,
    check: () => checkRouter({ n: 0, what: name, lines: [], ...shapesRefused[name] }, lines),
  })),
];

function linesOf({ lines, without = [] }: Row): readonly string[] {
  return [
    ...firstRouterConfiguration.filter((line) => !without.some((begin) => line.startsWith(begin))),
    ...lines,
  ];
}

async function checkRouter(row: Row, configuration: readonly string[]): Promise<void> {
  // An echo that nobody answers takes a second of the router's.
  const simulator = await startSimulator({ configuration, secondsPerSecond: 20 });
  try {
    prepare(simulator, row);
    await switchThereAndBack(simulator, row);
    assert.deepEqual(simulator.escapes, []);
  } finally {
    await simulator.stop();
  }
}

function prepare(simulator: Simulator, { unsaved, replaceSaved, relayIsSilent, version }: Row): void {
  if (version !== undefined) simulator.observed.version = version;
  if (unsaved) assert.doesNotMatch(simulator.byHand(unsaved, { save: false }), /failed/);
  if (relayIsSilent) simulator.network.internetBehindRelay = false;
  if (!replaceSaved) return;
  const [from, to] = replaceSaved;
  const saved = simulator.files.read("/config/config.boot") ?? "";
  assert.ok(saved.includes(from), saved);
  simulator.files.write("/config/config.boot", saved.replace(from, to));
}

async function switchThereAndBack(simulator: Simulator, row: Row): Promise<void> {
  const stack = new StackOnRouter(simulator);
  const before = held(simulator);
  if (row.version !== undefined) {
    await refused(stack.up({ ...home, ...row.stack, uplink: "wxr" }), row);
    assert.deepEqual(held(simulator), before);
    return;
  }
  const found = Object.fromEntries(
    (await stack.init(row.stack)).values.map(({ key, value }) => [key, value]),
  );
  assert.partialDeepStrictEqual(found, row.init ?? {});
  const given: Given = { ...home, ...found, ...row.stack };
  if (row.refused) {
    const wxrThenMape = async (): Promise<void> => {
      await stack.up({ ...given, uplink: "wxr" });
      await stack.up({ ...given, uplink: "mape" });
    };
    await refused(wxrThenMape(), row);
    await stack.destroy();
    assert.deepEqual(held(simulator), before);
    if (!row.mended) return;
  }
  const mended = { ...given, ...row.mended };
  await stack.thereAndBack(mended, async (uplink) => {
    const works = uplink === "mape" ? "IPv4 works by the tunnel" : (row.works ?? "IPv4 works by");
    assert.ok(simulator.explain().includes(works), simulator.explain());
    const { commands, obstacles } = await stack.plan({ ...mended, uplink });
    assert.deepEqual([...commands, ...obstacles], []);
  });
  assert.deepEqual(held(simulator), before);
}

async function refused(attempt: Promise<void>, { refused: words = [], never }: Row): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error, "not refused");
  for (const word of words) assert.ok(error.message.includes(word), `${word} is not in: ${error.message}`);
  if (never !== undefined) assert.ok(!error.message.includes(never), error.message);
}
