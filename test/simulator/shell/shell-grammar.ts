/**
 * The grammar of the shell, as a tree of lists, pipelines and commands: groups, if, while, until, for and
 * functions besides simple commands. It must never run anything; what it does not know is a SyntaxFault.
 */
import { Incomplete, SyntaxFault, type Token, tokenize, type Word } from "./shell-words.ts";

export interface Redirection {
  readonly operator: string;
  readonly fd: number;
  readonly target: Word;
}

type Body =
  | { readonly kind: "simple"; readonly words: readonly Word[] }
  | { readonly kind: "group" | "subshell"; readonly list: List }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: List }
  | { readonly kind: "while" | "until"; readonly condition: List; readonly list: List }
  | { readonly kind: "for"; readonly name: string; readonly words: readonly Word[]; readonly list: List }
  | { readonly kind: "function"; readonly name: string; readonly command: Command };
export interface Branch {
  readonly condition: List;
  readonly list: List;
}
export type Command = Body & { readonly redirections: readonly Redirection[] };

export interface Item {
  /** How it hangs on what is before it: `;` always, `&&` and `||` by the status. */
  readonly joiner: ";" | "&&" | "||";
  /** Behind a `!`. */
  readonly negated: boolean;
  readonly pipeline: readonly Command[];
}
export type List = readonly Item[];

const reserved = ["then", "elif", "else", "fi", "do", "done", "}"];

export function parse(text: string): List {
  return new Parser(tokenize(text)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): List {
    const list = this.#list();
    const token = this.#tokens[this.#next];
    if (token !== undefined) throw unexpected(token);
    return list;
  }

  /** Up to a reserved word that ends it, a closing parenthesis, or the end of the text. */
  #list(): List {
    const items: Item[] = [];
    let joiner: Item["joiner"] = ";";
    for (;;) {
      while (this.#operator(";")) this.#next++;
      const token = this.#tokens[this.#next];
      if (token === undefined || this.#operator(")") || reserved.includes(plain(token))) {
        if (joiner === ";") return items;
        throw token === undefined ? new Incomplete() : unexpected(token);
      }
      const negated = plain(token) === "!";
      if (negated) this.#next++;
      items.push({ joiner, negated, pipeline: this.#pipeline() });
      const after = this.#joiner();
      if (after === undefined) return items;
      joiner = after;
    }
  }

  #joiner(): Item["joiner"] | undefined {
    const token = this.#tokens[this.#next];
    if (token === undefined || this.#operator(")")) return undefined;
    if (token.kind !== "operator") throw unexpected(token);
    if (token.text !== "&&" && token.text !== "||" && token.text !== ";") throw unexpected(token);
    this.#next++;
    return token.text;
  }

  #pipeline(): Command[] {
    const commands = [this.#command()];
    while (this.#operator("|")) {
      this.#next++;
      while (this.#operator(";")) this.#next++;
      commands.push(this.#command());
    }
    return commands;
  }

  #command(): Command {
    const first = this.#tokens[this.#next];
    if (first === undefined) throw new Incomplete();
    const compound = this.#compound(first);
    if (compound !== undefined) return { ...compound, redirections: this.#redirections([]) };
    const redirections: Redirection[] = [];
    const words: Word[] = [];
    for (;;) {
      this.#redirections(redirections);
      const token = this.#tokens[this.#next];
      if (token?.kind !== "word") break;
      this.#next++;
      words.push(token.word);
    }
    if (words.length === 0 && redirections.length === 0) throw unexpected(first);
    if (words.length === 1 && this.#operator("(")) return this.#function(plain(first));
    return { kind: "simple", words, redirections };
  }

  #compound(first: Token): Body | undefined {
    if (first.kind === "operator" && first.text === "(") {
      this.#next++;
      const list = this.#list();
      this.#expect(")");
      return { kind: "subshell", list };
    }
    const word = plain(first);
    if (!["{", "if", "while", "until", "for"].includes(word)) return undefined;
    this.#next++;
    if (word === "{") return { kind: "group", list: this.#upTo("}") };
    if (word === "if") return this.#if();
    if (word === "for") return this.#for();
    return { kind: word as "while" | "until", condition: this.#upTo("do"), list: this.#upTo("done") };
  }

  #if(): Body {
    const branches: Branch[] = [];
    for (;;) {
      branches.push({ condition: this.#upTo("then"), list: this.#list() });
      const word = this.#keyword();
      if (word === "elif") continue;
      const otherwise = word === "else" ? this.#upTo("fi") : [];
      if (word !== "else" && word !== "fi")
        throw new SyntaxFault(`syntax error near unexpected token \`${word}'`);
      return { kind: "if", branches, otherwise };
    }
  }

  #for(): Body {
    const name = this.#keyword();
    const words: Word[] = [];
    if (this.#keyword() !== "in") throw new SyntaxFault("syntax error: `in' expected");
    for (let token = this.#tokens[this.#next]; token?.kind === "word"; token = this.#tokens[++this.#next])
      words.push(token.word);
    while (this.#operator(";")) this.#next++;
    if (this.#keyword() !== "do") throw new SyntaxFault("syntax error: `do' expected");
    return { kind: "for", name, words, list: this.#upTo("done") };
  }

  #function(name: string): Command {
    this.#expect("(");
    this.#expect(")");
    while (this.#operator(";")) this.#next++;
    return { kind: "function", name, command: this.#command(), redirections: [] };
  }

  #upTo(word: string): List {
    const list = this.#list();
    const found = this.#keyword();
    if (found !== word) throw new SyntaxFault(`syntax error near unexpected token \`${found}'`);
    return list;
  }

  #keyword(): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new Incomplete();
    return plain(token);
  }

  #expect(operator: string): void {
    if (!this.#operator(operator)) {
      const token = this.#tokens[this.#next];
      throw token === undefined ? new Incomplete() : unexpected(token);
    }
    this.#next++;
  }

  #redirections(into: Redirection[]): Redirection[] {
    for (
      let token = this.#tokens[this.#next];
      token?.kind === "redirection";
      token = this.#tokens[this.#next]
    ) {
      const target = this.#tokens[this.#next + 1];
      if (target?.kind !== "word") throw new SyntaxFault("syntax error near unexpected token `newline'");
      into.push({ operator: token.text, fd: token.fd, target: target.word });
      this.#next += 2;
    }
    return into;
  }

  #operator(text: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === "operator" && token.text === text;
  }
}

/** The text of a word without quotes and expansions; empty for anything else. */
function plain(token: Token): string {
  if (token.kind !== "word" || token.word.length !== 1) return "";
  const [segment] = token.word;
  return segment?.kind === "text" && !segment.quoted ? segment.text : "";
}

function unexpected(token: Token): SyntaxFault {
  const text = token.kind === "word" ? plain(token) : token.text;
  return new SyntaxFault(`syntax error near unexpected token \`${text}'`);
}
