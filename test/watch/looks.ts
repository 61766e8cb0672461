/** Snapshots of a router on paper, whole or broken, for those who show them. */

import { diagnose } from "../../doctor/diagnose.ts";
import { parseFacts } from "../../doctor/facts.ts";
import { observationOf } from "../../watch/observation.ts";
import type { Look, Snapshot } from "../../watch/snapshot.ts";
import { print } from "../doctor/paper-print.ts";
import { declared, now, type PaperRouter, paperRouter } from "../doctor/paper-router.ts";

export const blocks = declared("mape").nat.flatMap(({ target }) => {
  const [, from, to] = /:(\d+)-(\d+)$/.exec(target) ?? [];
  return from === undefined ? [] : [[Number(from), Number(to)] as const];
});

export function lookAt(uplink: "mape" | "wxr", breakIt: (paper: PaperRouter) => void = () => {}): Look {
  const paper = paperRouter(uplink);
  breakIt(paper);
  const facts = parseFacts(print(paper), now);
  const diagnosis = diagnose(facts, declared(uplink));
  return {
    at: now * 1000,
    seconds: 1.25,
    uplink,
    observation: observationOf(diagnosis, facts, declared(uplink)),
    diagnosis,
    portUse:
      uplink === "mape"
        ? { tcp: [5136, 5137, 9232], udp: [5136, 62495], lan: { flows: 5, unanswered: 0 } }
        : undefined,
    ownPorts: blocks,
  };
}

/** The relay gives no answer, and TCP none through it. */
export function silentRelay(paper: PaperRouter): void {
  paper.relayAnswers = false;
  paper.tcp = "1.1.1.1: timed out";
}

export function snapshotOf(look: Look | undefined): Snapshot {
  return { look, everySeconds: 60 };
}
