/**
 * One reading of the router for the watch, by the stack as it stands now: it may be changed while the watch runs. On the
 * router it only looks, and it asks for both uplinks, for the one not in use may be the way out.
 */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { uplinkConfig } from "../config/uplink-config.ts";
import type { Declared } from "../doctor/declared.ts";
import { declaredByStack } from "../doctor/declared.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { examine } from "../doctor/examine.ts";
import { UplinkError } from "../errors.ts";
import { projectRoot } from "../providers/find/project.ts";
import { observationOf } from "../watch/observation.ts";
import type { Look } from "../watch/snapshot.ts";
import { findTarget, type Target, type TargetValues } from "./router-target.ts";
import { causeOf } from "./unreachable.ts";

export class RouterLook {
  readonly #values: TargetValues;
  #target: Target;
  #signature: string;

  private constructor(values: TargetValues, target: Target, signature: string) {
    this.#values = values;
    this.#target = target;
    this.#signature = signature;
  }

  /** Throws for a stack or a configuration that cannot be used. */
  static async open(values: TargetValues): Promise<RouterLook> {
    const signature = signatureOfStacks();
    return new RouterLook(values, await findTarget(values), signature);
  }

  async look(): Promise<Look> {
    const started = performance.now();
    const taken = (): Pick<Look, "at" | "seconds"> => ({
      at: Date.now(),
      seconds: Math.round((performance.now() - started) / 10) / 100,
    });
    try {
      await this.#refresh();
      const { settings, declared: fromStack } = this.#target;
      const mape = mapeOf(this.#target);
      const relay = mape?.tunnel?.remote;
      const also = relay === undefined ? {} : { relay };
      const { facts, declared } = await examine(settings.ssh, fromStack, also);
      const diagnosis = diagnose(facts, declared);
      return {
        ...taken(),
        uplink: declared.uplink,
        observation: observationOf(diagnosis, facts, declared),
        diagnosis,
        portUse: facts.portUse,
        ownPorts: portsOf(mape ?? declared),
      };
    } catch (error) {
      if (!(error instanceof UplinkError)) throw error;
      return { ...taken(), ...lookInVain(error, this.#target.declared) };
    }
  }

  /** To open a stack takes the engine a second, so it is opened again only when a stack's file has changed. */
  async #refresh(): Promise<void> {
    const signature = signatureOfStacks();
    if (signature === this.#signature) return;
    this.#target = await findTarget(this.#values);
    this.#signature = signature;
  }
}

/** What mape would be, also while wxr is declared; undefined: the stack gives no line, or there is none. */
function mapeOf({ given, declared }: Target): Declared | undefined {
  if (declared === undefined || declared.uplink === "mape") return declared;
  try {
    return declaredByStack(uplinkConfig({ ...given, uplink: "mape" }));
  } catch (error) {
    if (!(error instanceof UplinkError)) throw error;
    return undefined;
  }
}

/** `133.209.13.2:5136-5151`: source NAT's targets are the own set, less what is reserved. */
export function portsOf({ nat }: Declared): (readonly [number, number])[] {
  return nat.flatMap(({ target }) => {
    const [, from, to] = /:([0-9]+)(?:-([0-9]+))?$/.exec(target) ?? [];
    return from === undefined ? [] : [[Number(from), Number(to ?? from)] as const];
  });
}

function lookInVain(error: UplinkError, declared: Declared | undefined): Omit<Look, "at" | "seconds"> {
  const cause = causeOf(error);
  return {
    uplink: declared?.uplink ?? "wxr",
    observation: { kind: "unreachable", why: cause.measured },
    diagnosis: { healthy: false, causes: [cause], checks: [] },
    portUse: undefined,
    ownPorts: [],
  };
}

/** Names and times of change of all stack files of the project. */
function signatureOfStacks(): string {
  const names = readdirSync(projectRoot).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  return names
    .toSorted()
    .map((name) => `${name}:${statSync(join(projectRoot, name)).mtimeMs}`)
    .join();
}
