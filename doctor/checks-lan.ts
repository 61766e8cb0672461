/** The LAN's own packets: which rule of the configuration stops or mistranslates them, and whether their flows get answers. Pure. */

import { printCommand } from "../vyos/commands.ts";
import { type LanAnswers, lanAnswers } from "../vyos/firewall/lan-answers.ts";
import { type Mend, mend } from "../vyos/firewall/mend.ts";
import type { Met } from "../vyos/firewall/packet.ts";
import type { Uplink } from "../vyos/firewall/scene.ts";
import { zoneOf } from "../vyos/firewall/zones.ts";
import type { ConfigTree } from "../vyos/tree.ts";
import { type Check, check, ok, skipped, tunnelCheck, type Verdict, wrong } from "./check.ts";
import { lanBlocked, routeChain, tunnelChain } from "./checks-internet.ts";
import type { Declared } from "./declared.ts";
import { up } from "./remedies.ts";

type Where = "zone" | "nat" | "rule";

export const lanChecks: readonly Check[] = [
  blocked(
    "tunnel-zone",
    "the tunnel is in no zone, so what the LAN sends or gets falls to a zone's default",
    "zone",
  ),
  blocked("nat-before", "a NAT rule that is met before the uplink's own translates the LAN", "nat"),
  blocked("lan-blocked", "a rule of the configuration cuts the LAN or the uplink off", "rule"),
  tunnelCheck({
    code: "lan-unanswered",
    title: "what the LAN sends by the tunnel gets no answers",
    dependsOn: [
      ...tunnelChain,
      ...routeChain,
      ...lanBlocked,
      "default-route",
      "path-mtu",
      "failed-over",
      "ipv4-mape",
    ],
    reads: ["portUse"],
    judge: ({ portUse: { lan } }, { addresses }) => {
      if (lan.flows < fewFlows) return skipped(`${lan.flows} flows of the LAN are seen`);
      const measured = `${lan.unanswered} of ${lan.flows} flows of the LAN have no answer`;
      if (lan.unanswered < lan.flows) return ok(measured);
      return wrong(
        measured,
        `sudo conntrack -L -q ${addresses[0]?.split("/")[0]} | grep UNREPLIED (who asks whom)`,
      );
    },
  }),
];

/** Fewer may all have asked somebody who is gone. */
const fewFlows = 3;

function blocked(code: string, title: string, where: Where): Check {
  return check({
    code,
    title,
    dependsOn: ["other-uplink"],
    reads: ["running"],
    judge: ({ running }, declared) => verdictOn(running, declared, where),
  });
}

function verdictOn(running: ConfigTree, declared: Declared, where: Where): Verdict {
  const uplink = uplinkOf(declared);
  const answers = answersTo(running, declared, uplink);
  const stop = firstStop(answers);
  const doubts = answers.questions.filter(({ answer }) => answer.kind === "cannot tell");
  if (stop === undefined || whereOf(running, declared, stop.by) !== where) {
    if (doubts.length === 0) return ok("read from the configuration: passes");
    return skipped(`cannot tell: ${doubts.map(({ asks }) => asks).join("; ")}`);
  }
  return wrong(
    `${stop.asks}: stopped by ${stop.by.at(-1)?.path.join(" ")}`,
    remedyOf(mend(running, uplink), declared),
  );
}

/** By the stack what it has a key for: a line of another's hand would be nobody's to take away. */
function remedyOf(mended: Mend | undefined, { resources }: Declared): string {
  if (mended === undefined) return "npm run plan (tells what else could be done)";
  const { natRuleBase, byStack } = mended;
  const { keys, lines } = resources.length === 0 ? { keys: {}, lines: mended.lines } : byStack;
  const sets = Object.entries({ ...keys, ...(natRuleBase && { natRuleBase }) }).map(
    ([key, value]) => `npm run pulumi -- config set ${key} ${value}`,
  );
  return [
    ...(lines.length > 0 ? [`configure; ${lines.map(printCommand).join("; ")}; commit; save; exit`] : []),
    ...(sets.length > 0 ? [...sets, up] : []),
  ].join("; ");
}

/** Three checks ask the same. */
const asked = new WeakMap<ConfigTree, { readonly declared: Declared; readonly answers: LanAnswers }>();

function answersTo(running: ConfigTree, declared: Declared, uplink: Uplink): LanAnswers {
  const known = asked.get(running);
  if (known?.declared === declared) return known.answers;
  const answers = lanAnswers(running, uplink);
  asked.set(running, { declared, answers });
  return answers;
}

function firstStop({ questions }: LanAnswers) {
  return questions.flatMap(({ asks, weight, answer }) =>
    weight === "must" && answer.kind === "stopped" ? [{ asks, by: answer.by }] : [],
  )[0];
}

function whereOf(running: ConfigTree, { tunnel }: Declared, by: readonly Met[]): Where {
  if (by.at(-1)?.path[0] === "nat") return "nat";
  const alone = tunnel !== undefined && zoneOf(running, tunnel.name) === undefined;
  return alone && by.some(({ path }) => path[1] === "zone") ? "zone" : "rule";
}

/** Without a stack its own is what leads into the tunnel. */
function uplinkOf({ resources, tunnel, nat }: Declared): Uplink {
  const byRouter = [
    ...(tunnel ? [["interfaces", "tunnel", tunnel.name]] : []),
    ...nat.map(({ number }) => ["nat", "source", "rule", String(number)]),
  ];
  const own = resources.flatMap(({ nodes }) => nodes.map(({ path }) => path));
  return {
    own: own.length === 0 ? byRouter : own,
    translatesFirst: resources.some(({ name }) => name === "napt-script"),
  };
}
