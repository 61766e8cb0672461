/** Connection tracking as conntrack and the kernel print it. Pure. */

import { type Flow, parseFlows } from "../vyos/firewall/flows.ts";

export interface Conntrack {
  /** Entries refused because the wanted port was taken, since boot. */
  readonly insertFailed: number;
  readonly dropped: number;
}

/** Ports of the shared address that translated flows hold now, each once, lowest first. */
export interface PortUse {
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
  /** Flows of others than the router itself, and how many of them never had an answer. */
  readonly lan: { readonly flows: number; readonly unanswered: number };
}

/** `conntrack -S`: one line a processor, `cpu=0 found=1 ... insert_failed=0 drop=0 ...`. */
export function parseConntrack(output: string): Conntrack {
  const sum = (name: string): number =>
    [...output.matchAll(new RegExp(`\\b${name}=([0-9]+)`, "g"))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  if (!/\binsert_failed=/.test(output)) throw new Error("no statistics");
  return { insertFailed: sum("insert_failed"), dropped: sum("drop") };
}

/** Two files of one number each: entries, and the most there may be. */
export function parseConntrackUse(output: string): { count: number; max: number } {
  const [count, max] = output.trim().split(/\s+/).map(Number);
  if (!Number.isInteger(count) || !Number.isInteger(max)) throw new Error("not two numbers");
  return { count: count ?? 0, max: max ?? 0 };
}

/** `conntrack -L -q A`. Its closing line ("12 flow entries have been shown") tells a list of none from a refusal. */
export function parsePortUse(output: string): PortUse {
  const flows = parseFlows(output);
  if (flows.length === 0 && !/flow entries have been shown/.test(output)) throw new Error("no list");
  const of = (wanted: Flow["protocol"]): number[] => {
    const ports = flows.filter(({ protocol }) => protocol === wanted).map(({ answersTo }) => answersTo.port);
    return [...new Set(ports)].sort((a, b) => a - b);
  };
  const lan = flows.filter(({ source, answersTo }) => source !== answersTo.address);
  const unanswered = lan.filter(({ state }) => state === "unanswered").length;
  return { tcp: of("tcp"), udp: of("udp"), lan: { flows: lan.length, unanswered } };
}
