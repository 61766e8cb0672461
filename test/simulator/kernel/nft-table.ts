/**
 * Tables that somebody loads with `nft -f`: as much of nft's language as hands out new flows to ranges in turn. What it does
 * not know in a rule is a refusal: it must never pass over a rule that could decide something.
 */
import type { Packet } from "./matching.ts";

export interface Translated {
  readonly address: string;
  /** The lowest and the highest port it may get. */
  readonly ports: readonly [number, number];
}

interface Rule {
  readonly device: string;
  readonly protocols: readonly string[];
  readonly targets: readonly Translated[];
}

export class NftTable {
  readonly text: string;
  readonly #rules: readonly Rule[];
  #turn = 0;

  /** `text` from `table ip NAME {` to its closing brace. */
  constructor(text: string) {
    this.text = text;
    this.#rules = text.split("\n").flatMap((line) => (line.includes(" snat ip to ") ? [ruleOf(line)] : []));
  }

  /** Undefined: no rule of it is about this flow. */
  translate({ out, protocol }: Packet): Translated | undefined {
    const rule = this.#rules.find((one) => one.device === out && one.protocols.includes(protocol));
    if (rule === undefined) return undefined;
    return rule.targets[this.#turn++ % rule.targets.length];
  }
}

const rulePattern =
  /^ *oifname "([^"]+)" meta l4proto (?:\{ ([\w, ]+) \}|(\w+)) counter snat ip to numgen inc mod \d+ map \{ (.+) \}(?: comment "[^"]*")?$/;

function ruleOf(line: string): Rule {
  const found = rulePattern.exec(line);
  if (found === null) throw new SyntaxError(line.trim());
  const [, device = "", many, one = "", elements = ""] = found;
  const targets = elements.split(", ").map((element): Translated => {
    const part = /^[\d-]+ : ([\d.]+) \. (\d+)(?:-(\d+))?$/.exec(element);
    if (part === null) throw new SyntaxError(element);
    return { address: part[1] as string, ports: [Number(part[2]), Number(part[3] ?? part[2])] };
  });
  return { device, protocols: (many ?? one).split(", "), targets };
}

/** One transaction: all statements, or none of them. Undefined: it was understood and done. */
export function loadTables(text: string, tables: Map<string, NftTable>): string | undefined {
  const next = new Map(tables);
  const statement = /^(?:(add|delete) table (ip \w+)|table (ip \w+) \{\n([\s\S]*?)\n\})\n*/;
  let rest = text.trimStart();
  for (let found = statement.exec(rest); found !== null; found = statement.exec(rest)) {
    const [whole, verb, bare = "", name] = found;
    if (verb === "delete" && !next.delete(bare))
      return "Error: Could not process rule: No such file or directory";
    if (verb === "add" && !next.has(bare)) next.set(bare, new NftTable(`table ${bare} {\n}`));
    if (name !== undefined) next.set(name, new NftTable(whole.trimEnd()));
    rest = rest.slice(whole.length);
  }
  if (rest.trim() !== "") return `Error: syntax error, unexpected ${rest.trim().split("\n")[0]}`;
  tables.clear();
  for (const [name, table] of next) tables.set(name, table);
  return undefined;
}
