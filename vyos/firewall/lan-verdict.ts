/** The answers for the LAN as people and errors read them: what is stopped by which rule, and the lines that mend it. Pure. */

import { printCommand } from "../commands.ts";
import type { ConfigTree } from "../tree.ts";
import { type LanAnswers, lanAnswers, type Question } from "./lan-answers.ts";
import { mend } from "./mend.ts";
import type { Answer, Met } from "./packet.ts";
import type { Uplink } from "./scene.ts";

export interface LanVerdict {
  readonly verdict: LanAnswers["verdict"];
  /** What must pass and does not, or nobody knows: one sentence a rule. */
  readonly because: readonly string[];
  /** Stopped or led elsewhere as before, or as somebody meant it. */
  readonly notes: readonly string[];
  /** The commands for this very configuration, on the router and in the stack; none when nothing is known to mend it. */
  readonly mend: readonly string[];
  /** The keys of the stack that do the same as those lines by which the tunnel joins a zone or a group. */
  readonly declares: readonly string[];
  /** Who was asked for, as configured: 192.168.100.2/24. */
  readonly lans: readonly string[];
}

export function lanVerdict(wanted: ConfigTree, uplink: Uplink, before?: ConfigTree): LanVerdict {
  const { verdict, questions, lans, leak } = lanAnswers(wanted, uplink, before);
  const of = (weight: Question["weight"]): string[] =>
    sentences(questions.filter((one) => one.weight === weight));
  const mended = verdict === "no" ? mend(wanted, uplink, before) : undefined;
  const base = mended?.natRuleBase;
  return {
    declares: Object.entries(mended?.byStack.keys ?? {}).map(
      ([key, value]) => `pulumi config set ${key} ${value}`,
    ),
    ...{ verdict, because: of("must"), lans: lans.map(({ text }) => text) },
    notes: [...of("told"), ...(leak === undefined ? [] : [leakText(leak)])],
    mend: [
      ...(mended?.lines ?? []).map(printCommand),
      ...(base === undefined ? [] : [`pulumi config set natRuleBase ${base}`]),
    ],
  };
}

function leakText({ path, does }: Met): string {
  return `what connection tracking calls invalid leaves with its LAN source: ${path.join(" ")} (${does}) is met before the rule that drops it`;
}

/** One for all questions that end at the same rule. */
function sentences(questions: readonly Question[]): string[] {
  const asked = new Map<string, string[]>();
  for (const { asks, answer } of questions) {
    const end = endOf(answer);
    if (end !== undefined) asked.set(end, [...(asked.get(end) ?? []), asks]);
  }
  return [...asked].map(([end, asks]) => `${asks.join(", ")}: ${end}`);
}

function endOf(answer: Answer): string | undefined {
  switch (answer.kind) {
    case "passes":
      return undefined;
    case "cannot tell":
      return `cannot tell, not understood: ${answer.words.join("; ")}`;
    case "elsewhere":
      return `goes another way by ${placeOf(answer)}`;
    case "stopped":
      if (answer.by.at(-1)?.path[0] === "nat")
        return `${placeOf(answer)} is met before the uplink's own rules`;
      return `${answer.packet.state === "established" ? "the answer is stopped" : "stopped"} by ${placeOf(answer)}`;
    default:
      return answer satisfies never;
  }
}

function placeOf({ by }: Extract<Answer, { kind: "stopped" | "elsewhere" }>): string {
  const last = by.at(-1);
  return `${last?.path.join(" ") ?? "nobody"} (${last?.does ?? ""})`;
}
