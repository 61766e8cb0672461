import { describe, expect, it } from "@jest/globals";
import { applyCommands } from "../../../vyos/diff.ts";
import { type LanAnswers, lanAnswers } from "../../../vyos/firewall/lan-answers.ts";
import { mend } from "../../../vyos/firewall/mend.ts";
import { cases } from "./cases.ts";
import { uplink, withMape, withWxr } from "./home.ts";

function told({ questions }: LanAnswers): string[] {
  return questions.flatMap(({ weight, answer }) =>
    weight === "must" && answer.kind === "stopped" ? [answer.by.at(-1)?.path.join(" ") ?? ""] : [],
  );
}

/** Of the questions about one side, those that decide. */
function verdictOf({ questions }: LanAnswers, asks: RegExp): string {
  const kinds = questions
    .filter((one) => one.weight === "must" && asks.test(one.asks))
    .map(({ answer }) => answer.kind);
  if (kinds.includes("stopped")) return "no";
  return kinds.every((kind) => kind === "passes") ? "yes" : "cannot tell";
}

describe("lanAnswers() of a router that runs mape", () => {
  it.each(cases)("$name", ({ lines, lan, router, by }) => {
    const wanted = withMape(lines);
    const answers = lanAnswers(wanted, uplink, withWxr(lines));
    const way = verdictOf(answers, /IPv6/);
    const both = (asks: RegExp) => (way === "no" ? "no" : verdictOf(answers, asks));
    expect([both(/of the LAN/), both(/of the router/)]).toEqual([lan, router]);
    expect(told(answers)[0]).toBe(by);
  });

  it.each(cases.filter(({ lan, router, by }) => by !== undefined || lan === "no" || router === "no"))(
    "$name: the lines that mend() gives turn it into a yes",
    ({ lines, natRuleBase }) => {
      const wanted = withMape(lines);
      const mended = mend(wanted, uplink, withWxr(lines));
      expect(mended?.natRuleBase).toBe(natRuleBase);
      if (mended === undefined || natRuleBase !== undefined) return;
      const after = applyCommands(wanted, mended.lines);
      expect(lanAnswers(after, uplink, withWxr(lines)).verdict).toBe("yes");
    },
  );
});
