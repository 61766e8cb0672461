/**
 * `npm run compare-tunnel`: a tunnel made by hand against the one made by VyOS, as the router's kernel has them. It reads
 * the router and changes nothing.
 */

import { declaredByRouter } from "../doctor/declared.ts";
import type { Facts } from "../doctor/facts.ts";
import {
  type ComparedLine,
  compareTunnels,
  handMadeDefaults,
  type TunnelView,
  viewOf,
} from "../doctor/tunnel-comparison.ts";
import { type ConfigTree, emptyTree, sortedWords, subtree } from "../vyos/tree.ts";
import { enter, exitHelp, exitStatus, note, print } from "./front-door.ts";
import { findTarget, readFrom, targetHelp, targetOptions } from "./router-target.ts";

const help = `Usage: npm run compare-tunnel -- [--by-hand mape] [--by-vyos tun0] [--stack S | --host H ...] [--json]

  --by-hand N    the tunnel that somebody made with ip -6 tunnel add; default: the first that is in no
                 configuration, else what that command makes when nothing more is said
  --by-vyos N    the tunnel of the configuration; default: the first one
  --json         one JSON list of lines
${targetHelp}

${exitHelp("compared", "the router has no tunnel to compare")}
`;

await enter({
  help,
  options: { ...targetOptions, "by-hand": { type: "string" }, "by-vyos": { type: "string" } },
  main: async ({ json, ...values }) => {
    const { settings } = await findTarget(values);
    const facts = await readFrom(settings, {});
    const pair = choose(facts, values["by-hand"], values["by-vyos"]);
    if (pair === undefined) {
      note("The router's kernel holds no IPv4-in-IPv6 tunnel of this name to compare.");
      return exitStatus.wrong;
    }
    const lines = compareTunnels(...pair);
    print(json ? JSON.stringify(lines) : tableOf(lines));
    return exitStatus.done;
  },
});

function choose(
  facts: Facts,
  byHandName: string | undefined,
  byVyosName: string | undefined,
): [TunnelView, TunnelView] | undefined {
  const running = facts.running ?? emptyTree;
  const configured = subtree(running, ["interfaces", "tunnel"]) ?? emptyTree;
  const read = {
    tunnels: facts.tunnels ?? [],
    links: facts.links ?? [],
    addresses: facts.addresses ?? [],
  };
  const vyosName = byVyosName ?? declaredByRouter(running).tunnel?.name ?? sortedWords(configured)[0];
  const byVyos = vyosName === undefined ? undefined : viewOf(vyosName, read, mssOf(configured, vyosName));
  const strayName = byHandName ?? read.tunnels.find(({ name }) => !configured.has(name))?.name;
  const byHand = strayName === undefined ? undefined : viewOf(strayName, read, undefined);
  if (byVyos === undefined || (byHandName !== undefined && byHand === undefined)) return undefined;
  return [byHand ?? handMadeDefaults("(ip -6 tunnel add)", byVyos), byVyos];
}

function mssOf(configured: ConfigTree, name: string): number | undefined {
  const values = subtree(configured, [name, "ip", "adjust-mss"]);
  const value = values && Number(sortedWords(values)[0]);
  return Number.isInteger(value) ? value : undefined;
}

function tableOf(lines: readonly ComparedLine[]): string {
  const widest = (column: "byHand" | "byVyos"): number =>
    Math.max(...lines.map((line) => line[column].length));
  const [a, b] = [widest("byHand"), widest("byVyos")];
  return lines
    .map(({ parameter, byHand, byVyos, effect }) => {
      const mark = effect === undefined ? "  " : "! ";
      return `${mark}${parameter.padEnd(15)}${byHand.padEnd(a + 2)}${byVyos.padEnd(b + 2)}${effect ?? "the same"}\n`;
    })
    .join("");
}
