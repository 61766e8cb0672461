/** Running against declared, part by part. Pure. Without a stack nothing is declared, and nothing is judged. */

import { type Command, printCommand } from "../vyos/commands.ts";
import { diffAt } from "../vyos/diff.ts";
import { type ConfigTree, sortedWords, subtree } from "../vyos/tree.ts";
import { type Check, notRead, ok, skipped, type Verdict, wrong } from "./check.ts";
import { shorten } from "./checks-machine.ts";
import type { Declared, DeclaredPart, Part } from "./declared.ts";
import { up } from "./remedies.ts";

/** A hand-made tunnel on the same endpoints makes VyOS's own fail at commit, so the configuration lacks it (recorded). */
const alsoDependsOn: Partial<Record<Part, readonly string[]>> = {
  tunnel: ["tunnel-blocked"],
};

const titles: Readonly<Record<Part, string>> = {
  tunnel: "the tunnel is not configured as declared",
  "ce-address": "the CE address is not configured",
  "relay-route": "the route to the border relay is not configured as declared",
  nat: "the NAT rules are not configured as declared",
  "default-route": "the IPv4 default route is not configured as declared",
  "ipv6-default-route": "the IPv6 default route is not configured as declared",
};

export const configChecks: readonly Check[] = [
  {
    code: "other-uplink",
    title: "the router runs another uplink than the stack declares",
    dependsOn: [],
    judge: judgeUplink,
  },
  ...Object.entries(titles).map(([name, title]): Check => {
    const part = name as Part;
    return {
      code: `config-${part}`,
      title,
      // The IPv6 default route is the same in both uplinks.
      dependsOn: [...(part === "ipv6-default-route" ? [] : ["other-uplink"]), ...(alsoDependsOn[part] ?? [])],
      judge: ({ running }, declared) => judgePart(running, declared, part),
    };
  }),
];

/** The uplink that runs is the one its default route says; a third way is a default route that differs, not an uplink. */
function judgeUplink({ running }: { running: ConfigTree | undefined }, declared: Declared): Verdict {
  if (running === undefined) return notRead;
  if (declared.parts.length === 0) return skipped("no stack says what is declared");
  const runs = runningUplink(running);
  if (runs === undefined || runs === declared.uplink) return ok(`${declared.uplink} is declared and runs`);
  return wrong(`${declared.uplink} is declared, ${runs} runs`, up);
}

function runningUplink(running: ConfigTree): Declared["uplink"] | undefined {
  const route = subtree(running, ["protocols", "static", "route", "0.0.0.0/0"]);
  if (route === undefined) return undefined;
  const device = sortedWords(subtree(route, ["interface"]) ?? new Map())[0];
  if (device?.startsWith("tun")) return "mape";
  return route.has("next-hop") ? "wxr" : undefined;
}

function judgePart(running: ConfigTree | undefined, declared: Declared, part: Part): Verdict {
  if (running === undefined) return notRead;
  const declaredPart = declared.parts.find((one) => one.part === part);
  if (declaredPart === undefined) return skipped("not declared");
  const commands = commandsOf(declaredPart, running);
  return commands.length === 0
    ? ok("as declared")
    : wrong(`to be repaired by: ${shorten(commands.map(printCommand))}`, up);
}

function commandsOf({ nodes, heldOtherwise }: DeclaredPart, running: ConfigTree): Command[] {
  if (heldOtherwise(running)) return [];
  return nodes.flatMap(({ path, tree }) => diffAt(running, tree, path));
}
