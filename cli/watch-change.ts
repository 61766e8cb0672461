/**
 * A switch of the stack by the Automation API. When it fails, the stack is left declaring what the router runs, for what is
 * declared is what the next `up` of anybody would do.
 */

import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Declared } from "../doctor/declared.ts";
import { UplinkError } from "../errors.ts";
import { openStack, openWorkspace } from "../providers/find/automation.ts";
import { stateBackend } from "../providers/find/backend.ts";
import { findEngine, projectRoot } from "../providers/find/find.ts";
import { removeStaleLocks } from "../providers/find/stale-lock.ts";
import type { ChangeResult } from "../watch/loop.ts";
import { StackUnreadable } from "./stack-config.ts";

type Uplink = Declared["uplink"];

export interface ChangeEdges {
  readonly say: (line: string) => void;
  /** Read from the router; undefined: it could not be asked. */
  readonly runningUplink: () => Promise<Uplink | undefined>;
}

export class StackChange {
  readonly name: string;
  readonly #stack: Stack;

  private constructor(name: string, stack: Stack) {
    this.name = name;
    this.#stack = stack;
  }

  /** Throws when there is no such stack, or nobody could open its secrets later. */
  static async open(name: string | undefined, say: (line: string) => void): Promise<StackChange> {
    requirePassphrase();
    const engine = await findEngine(say);
    const workspace = await openWorkspace({ engine, project: projectRoot, backend: stateBackend() });
    const stacks = await workspace.listStacks();
    const wanted = name ?? process.env.PULUMI_STACK;
    const found = stacks.find((one) => (wanted === undefined ? one.current : one.name === wanted));
    if (found === undefined) throw new StackUnreadable(wanted, "there is none");
    return new StackChange(found.name, await openStack(workspace, found.name));
  }

  async to(uplink: Uplink, { say, runningUplink }: ChangeEdges): Promise<ChangeResult> {
    let heard = "";
    const hear = (text: string): void => {
      heard += text;
      for (const line of text.split("\n").filter((one) => one.trim() !== ""))
        say(`pulumi: ${line.trimEnd()}`);
    };
    const before = (await this.#stack.getConfig("uplink")).value;
    try {
      await this.#declare(uplink);
      await removeStaleLocks(stateBackend());
      // The router may have drifted while nobody ran the engine: the switch goes from what is there.
      await this.#stack.up({ refresh: true, onOutput: hear, onError: hear, color: "never" });
      return { done: true, note: "" };
    } catch (error) {
      const why = reasonIn(heard) ?? firstLine(error);
      if ((await runningUplink()) === uplink) return { done: true, note: why };
      await this.#declare(before);
      return { done: false, why };
    }
  }

  #declare(uplink: string): Promise<void> {
    return this.#stack.setConfig("uplink", { value: uplink });
  }
}

/** The refusal that the others follow from, out of the engine's closing list; each ends with its remedy and code. */
export function reasonIn(output: string): string | undefined {
  const list = output.slice(output.lastIndexOf("Diagnostics:"));
  const refusals = [
    ...list.matchAll(/^\s*error: (?!update failed)(.+)$(?:(?!^\s*error: )[\s\S])*?\[([A-Z_]+)\]/gm),
  ];
  const said = refusals.map(([, words, code]) => ({ words, code }));
  const first = said.find(({ code }) => code !== "LEFT_OUT") ?? said[0];
  return first && `${first.words} [${first.code}]`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

/** Nobody is there to type it when the line breaks at night. */
function requirePassphrase(): void {
  const { PULUMI_CONFIG_PASSPHRASE: phrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (phrase !== undefined || file !== undefined || !stateBackend().startsWith("file:")) return;
  throw new UplinkError(
    "PASSPHRASE_MISSING",
    "Cannot switch by itself: no passphrase is set, and nobody is there to type it when the line breaks",
    "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the stack's passphrase",
  );
}
