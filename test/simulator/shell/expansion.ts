/**
 * What a shell makes of `$` in a word. A script's text gets all that scripts need; text that came over the wire
 * gets the wire's own four forms. Anything else is refused: it must never be passed over in silence.
 */
import { calculate } from "./arithmetic.ts";
import { type Segment, tokenize, type Word } from "./shell-words.ts";

/** wire: a line that a client sent; script: a file on the router. */
export type Policy = "wire" | "script";

/** A text that would have been expanded or run, and was not. */
export class Refused extends Error {
  readonly escape: string;

  constructor(text: string) {
    super(`${text.trim().split(/\s+/)[0] ?? ""}: command not found`);
    this.escape = text;
  }
}

export interface Context {
  readonly policy: Policy;
  readonly status: number;
  readonly pid: number;
  readonly positional: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
  /** The output of the commands. */
  substitute(text: string): Promise<string>;
}

/** The fields of one word: expansions outside quotes are split at white space, and vanish when empty. */
export async function fields(word: Word, context: Context): Promise<string[]> {
  const all: string[] = [];
  let current: string | undefined;
  for (const segment of word) {
    if (
      segment.kind === "variable" &&
      segment.text === "@" &&
      segment.quoted &&
      context.policy === "script"
    ) {
      const [first, ...rest] = context.positional.slice(1);
      if (first === undefined) continue;
      const joined = [`${current ?? ""}${first}`, ...rest];
      current = joined.pop();
      all.push(...joined);
      continue;
    }
    const text = await expand(segment, context);
    if (segment.quoted || segment.kind === "text") {
      current = `${current ?? ""}${text}`;
      continue;
    }
    const pieces = text.split(/[ \t\n]+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && current !== undefined) {
        all.push(current);
        current = undefined;
      }
      if (piece !== "") current = `${current ?? ""}${piece}`;
    }
  }
  return current === undefined ? all : [...all, current];
}

/** A word that is one text whatever it holds: an assignment's value, a redirection's target. */
export async function oneField(word: Word, context: Context): Promise<string> {
  let text = "";
  for (const segment of word) text += await expand(segment, context);
  return text;
}

async function expand(segment: Segment, context: Context): Promise<string> {
  if (segment.kind === "text") return segment.text;
  if (context.policy === "wire") return onTheWire(segment, context);
  if (segment.kind === "substitution") return trimEnd(await context.substitute(segment.text));
  if (segment.kind === "glob") throw new Refused(segment.text);
  if (segment.kind === "variable") return variableValue(segment.text, context);
  const inner = tokenize(`"${segment.text}"`);
  if (inner.length !== 1 || inner[0]?.kind !== "word") throw new Refused(segment.text);
  const text = await oneField(inner[0].word, context);
  try {
    return String(calculate(text, (name) => context.variables.get(name) ?? ""));
  } catch {
    throw new Refused(segment.text);
  }
}

async function onTheWire(segment: Segment, context: Context): Promise<string> {
  if (segment.kind === "variable" && segment.text === "?") return String(context.status);
  if (segment.kind === "variable" && segment.text === "$") return String(context.pid);
  if (segment.kind === "variable" && segment.quoted && segment.text === "SSH_CLIENT")
    return variableValue(segment.text, context);
  if (segment.kind === "substitution" && segment.quoted && segment.text === "cli-shell-api getSessionEnv $$")
    return trimEnd(await context.substitute(segment.text));
  throw new Refused(segment.text);
}

function variableValue(text: string, context: Context): string {
  const braces = /^\{(\w+|[#?$@*])(?::-(.*))?\}$/.exec(text);
  if (text.startsWith("{") && braces === null) throw new Refused(`$${text}`);
  const name = braces?.[1] ?? text;
  const value = plainValue(name, context);
  return value === "" ? (braces?.[2] ?? "") : value;
}

function plainValue(name: string, context: Context): string {
  if (name === "?") return String(context.status);
  if (name === "$") return String(context.pid);
  if (name === "#") return String(context.positional.length - 1);
  if (name === "@" || name === "*") return context.positional.slice(1).join(" ");
  if (/^\d+$/.test(name)) return context.positional[Number(name)] ?? "";
  if (!/^\w+$/.test(name)) throw new Refused(`$${name}`);
  return context.variables.get(name) ?? "";
}

function trimEnd(text: string): string {
  return text.replace(/\n+$/, "");
}
