/**
 * Chains of rules as nft walks them. Pure. A rule that may take the packet or not is walked both ways, so that what is
 * told holds whichever it is.
 */

import type { ConfigPath } from "../tree.ts";
import type { Matcher } from "./matchers.ts";
import { type Answer, type Met, type Packet, together } from "./packet.ts";

export type Action =
  | { readonly kind: "accept" | "stop" | "return" | "continue" }
  | { readonly kind: "jump"; readonly to: () => readonly Step[] }
  /** The words that nobody here understands: what follows may be anything. */
  | { readonly kind: "unknown"; readonly words: string };

export interface Step {
  readonly path: ConfigPath;
  /** What the path does, in VyOS's words. */
  readonly does: string;
  readonly matches: Matcher;
  readonly action: Action;
}

/** Each way on which a packet may come out of a chain: the rules that it met. */
interface Ends {
  accept?: readonly Met[];
  stop?: readonly Met[];
  /** By its end or a `return`: the caller goes on. */
  fall?: readonly Met[];
  readonly doubts: Set<string>;
}

export const always: Matcher = () => [];

/** Nothing is known of what it does with a packet. */
export function unknown(path: ConfigPath, words: string): Step {
  return { path, does: words, matches: always, action: { kind: "unknown", words } };
}

/** The chains of one way in their order of priority: an accept in one of them is asked again in the next. */
export function answerOf(chains: readonly (readonly Step[])[], packet: Packet): Answer {
  return together(
    chains.map((chain): Answer => {
      const { accept, stop, fall, doubts } = walk(chain, packet, 0);
      if (stop === undefined) return { kind: "passes", by: accept ?? [] };
      if (accept === undefined && fall === undefined) return { kind: "stopped", by: stop, packet };
      return { kind: "cannot tell", words: [...doubts] };
    }),
  );
}

/** nft refuses more than 16 jumps on end (NFT_JUMP_STACK_SIZE), and circles. */
const deepest = 16;

function walk(chain: readonly Step[], packet: Packet, depth: number): Ends {
  const ends: Ends = { doubts: new Set() };
  for (const step of chain) {
    const doubts = step.matches(packet);
    if (doubts === undefined || step.action.kind === "continue") continue;
    const result = act(step, packet, depth);
    for (const word of doubts) ends.doubts.add(`${step.path.join(" ")}: ${word}`);
    for (const word of result.doubts) ends.doubts.add(word);
    if (result.accept !== undefined) ends.accept ??= result.accept;
    if (result.stop !== undefined) ends.stop ??= result.stop;
    const goesOn = step.action.kind === "jump" && result.fall !== undefined;
    if (step.action.kind === "return") ends.fall ??= result.fall ?? [];
    if (doubts.length === 0 && !goesOn) return ends;
  }
  ends.fall ??= [];
  return ends;
}

function act({ path, does, action }: Step, packet: Packet, depth: number): Ends {
  const met: Met = { path, does };
  const doubts = new Set<string>();
  switch (action.kind) {
    case "accept":
      return { accept: [met], doubts };
    case "stop":
      return { stop: [met], doubts };
    case "return":
    case "continue":
      return { fall: [met], doubts };
    case "unknown":
      return { accept: [met], stop: [met], doubts: doubts.add(`${path.join(" ")}: ${action.words}`) };
    case "jump": {
      if (depth === deepest) return { accept: [met], stop: [met], doubts: doubts.add(path.join(" ")) };
      const below = walk(action.to(), packet, depth + 1);
      return {
        ...(below.accept && { accept: [met, ...below.accept] }),
        ...(below.stop && { stop: [met, ...below.stop] }),
        ...(below.fall && { fall: [met] }),
        doubts: below.doubts,
      };
    }
    default:
      return action satisfies never;
  }
}
