/** A stack on a simulated router without the engine: what an up of a configuration asks of the router, submitted to it. */

import assert from "node:assert/strict";
import type { Given } from "../../config/given.ts";
import { routerSettings as settingsOf } from "../../config/router-settings.ts";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { declaredByStack } from "../../doctor/declared.ts";
import { type Diagnosis, diagnose } from "../../doctor/diagnose.ts";
import { type Facts, questionsOf } from "../../doctor/facts.ts";
import { readRouter } from "../../doctor/reading.ts";
import { ngnInterfaceOf, type Said, type Suggestions, suggest } from "../../doctor/suggest.ts";
import { plannedOperations, type StoredResource } from "../../providers/planned.ts";
import { type Plan, planOn } from "../../router/plan.ts";
import { Router } from "../../router/router.ts";
import { Session } from "../../router/wire/session.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import type { NamedResource } from "../../uplink/named-resource.ts";
import { resourcesOf } from "../../uplink/resources.ts";
import { routerSettings, sshSettings } from "../router/lab.ts";
import type { Simulator } from "../simulator/simulator.ts";

const stack = "test/cases";

export class StackOnRouter {
  readonly #simulator: Simulator;
  /** What the engine's state would hold. */
  #stored: readonly StoredResource[] = [];

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  /** What `npm run init` would write of this router. */
  async init(said: Said = {}): Promise<Suggestions> {
    return suggest(
      await this.#facts((running) => {
        const device = said.ipv6Interface ?? ngnInterfaceOf(running);
        return device === undefined ? {} : { ngn: { interface: device, gateway: "ff02::2" } };
      }),
      said,
    );
  }

  async doctor(given: Given): Promise<Diagnosis> {
    const declared = declaredByStack(uplinkConfig(given));
    return diagnose(await this.#facts(questionsOf(declared)), declared);
  }

  async plan(given: Given): Promise<Plan> {
    const transport = new SshTransport(sshSettings(this.#simulator));
    const session = await Session.open(transport, "the simulated router", 5);
    try {
      return await planOn(session, plannedOperations(resourcesOf(uplinkConfig(given)), this.#stored, stack));
    } finally {
      await session.close();
    }
  }

  up(given: Given): Promise<void> {
    const { allowBlockedLan } = settingsOf({ routerHost: this.#simulator.host, ...given });
    return this.#submit(resourcesOf(uplinkConfig(given)), allowBlockedLan);
  }

  /** wxr, mape and wxr again, `check` after each, then all of it away: running and saved must be as they were. */
  async thereAndBack(given: Given, check: (uplink: string) => void | Promise<void>): Promise<void> {
    const before = held(this.#simulator);
    for (const uplink of ["wxr", "mape", "wxr"]) {
      await this.up({ ...given, uplink });
      await check(uplink);
    }
    await this.destroy();
    assert.deepEqual(held(this.#simulator), before);
  }

  destroy(): Promise<void> {
    return this.#submit([]);
  }

  #facts(questions: Parameters<typeof readRouter>[2]): Promise<Facts> {
    return readRouter(new SshTransport(sshSettings(this.#simulator)), "the simulated router", questions);
  }

  /** Throws what was refused, all of it; the state then holds what was done, as the engine's would. */
  async #submit(declared: readonly NamedResource[], allowBlockedLan = false): Promise<void> {
    const router = new Router(routerSettings(this.#simulator, { allowBlockedLan }));
    const operations = plannedOperations(declared, this.#stored, stack);
    try {
      const settled = await Promise.allSettled(operations.map((one) => router.submit(one)));
      const isDone = (_one: unknown, index: number): boolean => settled[index]?.status === "fulfilled";
      const done = declared.filter(isDone).map(
        ({ name, type, args }): StoredResource => ({
          name,
          type,
          outputs: { ...args },
          standing: "current",
        }),
      );
      const kept = this.#stored.filter(({ name }) => !done.some((one) => one.name === name));
      const isKept = ({ name }: StoredResource): boolean => declared.some((one) => one.name === name);
      const undone = settled.slice(declared.length).some(({ status }) => status === "rejected");
      this.#stored = [...done, ...kept.filter((one) => undone || isKept(one))];
      const refusals = settled.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
      if (refusals.length > 0) throw new Error(refusals.join("\n"));
    } finally {
      await router.close();
    }
  }
}

/** Running and saved, line by line. */
export function held(simulator: Simulator): readonly (readonly string[])[] {
  return [simulator.running(), simulator.saved()];
}
