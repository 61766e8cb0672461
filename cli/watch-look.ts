/**
 * One reading of the router for the watch, by the stack as it stands now: it may be changed while the watch runs. On the
 * router it only looks, and it asks for both uplinks, for the one not in use may be the way out.
 */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseRouterSettings, type ReadConfig } from "../config/router-settings.ts";
import { type Declared, declaredByRouter } from "../doctor/declared.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { examine } from "../doctor/examine.ts";
import { readRouter } from "../doctor/reading.ts";
import { UplinkError } from "../errors.ts";
import { projectRoot } from "../providers/find/find.ts";
import { SshTransport } from "../router/wire/ssh.ts";
import { declaredBy } from "../uplink/declared.ts";
import { observationOf } from "../watch/observation.ts";
import type { Look } from "../watch/snapshot.ts";
import { findTarget, type Target, type TargetValues } from "./router-target.ts";
import { causeOf } from "./unreachable.ts";

export class RouterLook {
  readonly #values: TargetValues;
  readonly #target: Target;
  #known: { readonly signature: string; readonly target: Target };

  private constructor(values: TargetValues, target: Target, signature: string) {
    this.#values = values;
    this.#target = target;
    this.#known = { signature, target };
  }

  /** Throws for a stack or a configuration that cannot be used. */
  static async open(values: TargetValues): Promise<RouterLook> {
    const signature = signatureOfStacks();
    const target = await findTarget(values);
    parseRouterSettings(target.read);
    return new RouterLook(values, target, signature);
  }

  get host(): string {
    return this.#target.read("routerHost") ?? "";
  }

  async look(): Promise<Look> {
    const started = performance.now();
    const seconds = (): number => Math.round((performance.now() - started) / 10) / 100;
    let declared = this.#known.target.declared;
    try {
      const target = await this.#current();
      declared = target.declared;
      const relay = mapeOf(target)?.tunnel?.remote;
      const { ssh } = parseRouterSettings(target.read);
      const { facts, declared: found } = await examine(ssh, declared, relay === undefined ? {} : { relay });
      declared = found;
      const diagnosis = diagnose(facts, found);
      return {
        at: Date.now(),
        seconds: seconds(),
        uplink: found.uplink,
        observation: observationOf(diagnosis, facts, found),
        diagnosis,
        portUse: facts.portUse,
        ownPorts: portsOf(mapeOf(target) ?? found),
      };
    } catch (error) {
      if (!(error instanceof UplinkError)) throw error;
      return { ...lookInVain(error, declared), at: Date.now(), seconds: seconds() };
    }
  }

  /** Which uplink the router runs, whatever is declared; undefined: it could not be asked. */
  async runningUplink(): Promise<Declared["uplink"] | undefined> {
    const target = this.#known.target;
    const { ssh } = parseRouterSettings(target.read);
    try {
      const { running } = await readRouter(new SshTransport(ssh), ssh.host, {});
      return running && declaredByRouter(running).uplink;
    } catch (error) {
      if (!(error instanceof UplinkError)) throw error;
      return undefined;
    }
  }

  /** To open a stack takes the engine a second, so it is opened again only when a stack's file has changed. */
  async #current(): Promise<Target> {
    const signature = signatureOfStacks();
    if (signature !== this.#known.signature) {
      this.#known = { signature, target: await findTarget(this.#values) };
    }
    return this.#known.target;
  }
}

/** What mape would be, also while wxr is declared; undefined: the stack gives no line, or there is none. */
function mapeOf({ read, declared }: Target): Declared | undefined {
  if (declared === undefined || declared.uplink === "mape") return declared;
  const asMape: ReadConfig = (key) => (key === "uplink" ? "mape" : read(key));
  try {
    return declaredBy(asMape);
  } catch (error) {
    if (!(error instanceof UplinkError)) throw error;
    return undefined;
  }
}

/** `133.209.13.2:5136-5151`: source NAT's targets are the own set, less what is reserved. */
function portsOf({ nat }: Declared): (readonly [number, number])[] {
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
