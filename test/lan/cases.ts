/** A home router's firewall, through plan and up on the simulated router, whose own firewall then says what the LAN gets. */

import { StackOnRouter } from "../cases/on-router.ts";
import { home } from "../config/home.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { type Case, cases as firewalls } from "../vyos/firewall/cases.ts";
import { linesOf } from "../vyos/firewall/home.ts";

export const cases: readonly Case[] = firewalls;

export interface Judged {
  readonly right: boolean;
  /** An up that said done, a LAN that gets no answers, and not a word of doubt about it. */
  readonly silentOutage: boolean;
  readonly words: string;
}

export async function judge({ lines, lan, router }: Case): Promise<Judged> {
  const simulator = await startSimulator();
  try {
    const said = simulator.byHand(linesOf(lines), { save: true });
    const before = simulator.running();
    const given = { ...home, uplink: "mape", takeOver: "true" };
    const stack = new StackOnRouter(simulator);
    const plan = await stack.plan(given);
    const refusal = await stack.up(given).then(
      () => "",
      (error: Error) => error.message,
    );
    const gets = simulator.explain("lan");
    const works = gets.startsWith("IPv4 works");
    const done = refusal === "";
    const stands = JSON.stringify(simulator.running()) === JSON.stringify(before);
    const refused = !done && stands;
    const doubted = plan.lan.verdict === "cannot tell" && plan.lan.because.length > 0;
    const goesOn = done && (lan === "cannot tell" ? doubted : works);
    const right = lan === "no" ? refused && /LAN_BLOCKED/.test(refusal) : router === "no" ? refused : goesOn;
    const words = `the plan says ${plan.lan.verdict}; up ${done ? "is done" : refusal.split("\n").at(-1)}; the LAN: ${gets}`;
    return {
      right,
      silentOutage: done && !works && !doubted,
      words: `${words}${said.includes("failed") ? said : ""}`,
    };
  } finally {
    await simulator.stop();
  }
}
