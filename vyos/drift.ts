/**
 * What the router holds beside what was declared, told apart: gone, changed, foreign. Pure; each line carries the command
 * that repairs it.
 */

import { type Command, printCommand } from "./commands.ts";

/** `gone`: ours, and not there. `changed`: there with another value. `foreign`: not ours, on a path that is ours. */
export type DriftKind = "gone" | "changed" | "foreign";

export interface Drift {
  readonly kind: DriftKind;
  readonly command: Command;
}

/** From the commands that would repair a node: a delete and a set of one leaf are one changed value. */
export function classifyDrift(repairs: readonly Command[]): Drift[] {
  const parents = (verb: Command["verb"]): Set<string> =>
    new Set(repairs.filter((command) => command.verb === verb).map(parentOf));
  const [deleted, set] = [parents("delete"), parents("set")];
  return repairs.map((command) => {
    const parent = parentOf(command);
    const both = deleted.has(parent) && set.has(parent);
    return { kind: both ? "changed" : command.verb === "set" ? "gone" : "foreign", command };
  });
}

/** `changed: set interfaces tunnel tun0 mtu 1460` */
export function printDrift({ kind, command }: Drift): string {
  return `${kind}: ${printCommand(command)}`;
}

function parentOf({ path }: Command): string {
  return path.slice(0, -1).join(" ");
}
