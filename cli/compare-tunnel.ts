/**
 * `npm run compare-tunnel`: a tunnel made by hand against the one made by VyOS, as the router's kernel has them. It reads
 * the router and changes nothing.
 */

import { parseArgs } from "node:util";
import { parseRouterSettings } from "../config/router-settings.ts";
import { declaredByRouter } from "../doctor/declared.ts";
import type { Facts } from "../doctor/facts.ts";
import { readRouter } from "../doctor/reading.ts";
import {
  type ComparedLine,
  compareTunnels,
  handMadeDefaults,
  type TunnelView,
  viewOf,
} from "../doctor/tunnel-comparison.ts";
import { UplinkError } from "../errors.ts";
import { SshTransport } from "../router/wire/ssh.ts";
import { type ConfigTree, emptyTree, sortedWords, subtree } from "../vyos/tree.ts";
import { findTarget, isUsage, targetHelp, targetOptions } from "./router-target.ts";

const help = `Usage: npm run compare-tunnel -- [--by-hand mape] [--by-vyos tun0] [--stack S | --host H ...] [--json]

  --by-hand N    the tunnel that somebody made with ip -6 tunnel add; default: the first that is in no
                 configuration, else what that command makes when nothing more is said
  --by-vyos N    the tunnel of the configuration; default: the first one
  --json         one JSON list of lines
${targetHelp}

Exit status: 0 compared, 1 the router has no tunnel to compare, 2 wrong usage, configuration or no router.
`;

const options = {
  ...targetOptions,
  "by-hand": { type: "string" },
  "by-vyos": { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { read } = await findTarget(values);
  const { ssh } = parseRouterSettings(read);
  const facts = await readRouter(new SshTransport(ssh), `${ssh.host} port ${ssh.port}`, {});
  const pair = choose(facts, values["by-hand"], values["by-vyos"]);
  if (pair === undefined) {
    process.stderr.write("The router's kernel holds no IPv4-in-IPv6 tunnel of this name to compare.\n");
    return 1;
  }
  const lines = compareTunnels(...pair);
  process.stdout.write(values.json ? `${JSON.stringify(lines)}\n` : print(lines));
  return 0;
}

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
  if (byVyos === undefined) return undefined;
  if (byHandName !== undefined && byHand === undefined) return undefined;
  return [byHand ?? handMadeDefaults("(ip -6 tunnel add)", byVyos), byVyos];
}

function mssOf(configured: ConfigTree, name: string): number | undefined {
  const values = subtree(configured, [name, "ip", "adjust-mss"]);
  const value = values && Number(sortedWords(values)[0]);
  return Number.isInteger(value) ? value : undefined;
}

function print(lines: readonly ComparedLine[]): string {
  const width = (pick: (line: ComparedLine) => string): number =>
    Math.max(...lines.map((line) => pick(line).length));
  const [a, b] = [width(({ byHand }) => byHand), width(({ byVyos }) => byVyos)];
  return lines
    .map(({ parameter, byHand, byVyos, effect }) => {
      const mark = effect === undefined ? "  " : "! ";
      return `${mark}${parameter.padEnd(15)}${byHand.padEnd(a + 2)}${byVyos.padEnd(b + 2)}${effect ?? "the same"}\n`;
    })
    .join("");
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!isUsage(error) && !(error instanceof UplinkError)) throw error;
  process.stderr.write(`${error.message}\n${isUsage(error) ? `\n${help}` : ""}`);
  process.exitCode = 2;
}
