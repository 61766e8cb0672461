/**
 * Reads shell text into a list of commands: quotes, `;` `&&` `||` `|`, `{ }` groups, redirections. It must
 * never run or expand anything; what a shell would expand is kept apart as an expansion.
 */
export type Segment =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | { readonly kind: "variable" | "substitution" | "glob"; readonly text: string; readonly quoted: boolean };
export type Word = readonly Segment[];

export interface Redirection {
  readonly operator: string;
  readonly fd: number;
  readonly target: Word;
}
export interface Command {
  readonly words: readonly Word[];
  readonly group?: List;
  readonly redirections: readonly Redirection[];
}
export interface Item {
  /** How it hangs on what is before it: `;` always, `&&` and `||` by the status. */
  readonly joiner: ";" | "&&" | "||";
  readonly pipeline: readonly Command[];
}
export type List = readonly Item[];

type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "redirection"; readonly text: string; readonly fd: number };

/** The text ends inside a quote, a group or a pipeline: more lines are needed. */
export class Incomplete extends Error {}
export class SyntaxFault extends Error {}

export function parse(text: string): List {
  const parser = new Parser(tokenize(text));
  return parser.list(false);
}

class Parser {
  readonly #tokens: Token[];
  #next = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  list(inGroup: boolean): List {
    const items: Item[] = [];
    let joiner: Item["joiner"] = ";";
    for (;;) {
      while (joiner === ";" && this.#operator(";")) this.#next++;
      const token = this.#tokens[this.#next];
      if (token === undefined) {
        if (inGroup || joiner !== ";") throw new Incomplete();
        return items;
      }
      if (inGroup && isBrace(token, "}")) {
        this.#next++;
        return items;
      }
      items.push({ joiner, pipeline: this.#pipeline() });
      joiner = this.#joiner();
    }
  }

  #joiner(): Item["joiner"] {
    const token = this.#tokens[this.#next];
    if (token?.kind !== "operator") return ";";
    if (token.text !== "&&" && token.text !== "||" && token.text !== ";") {
      throw new SyntaxFault(`syntax error near unexpected token \`${token.text}'`);
    }
    this.#next++;
    return token.text;
  }

  #pipeline(): Command[] {
    const commands = [this.#command()];
    while (this.#operator("|")) {
      this.#next++;
      commands.push(this.#command());
    }
    return commands;
  }

  #command(): Command {
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    let group: List | undefined;
    const first = this.#tokens[this.#next];
    if (first === undefined) throw new Incomplete();
    if (isBrace(first, "{")) {
      this.#next++;
      group = this.list(true);
    }
    for (let token = this.#tokens[this.#next]; token !== undefined; token = this.#tokens[this.#next]) {
      if (token.kind === "operator" || (group !== undefined && token.kind === "word")) break;
      this.#next++;
      if (token.kind === "word") words.push(token.word);
      else redirections.push({ operator: token.text, fd: token.fd, target: this.#target() });
    }
    if (group === undefined && words.length === 0 && redirections.length === 0) {
      throw new SyntaxFault("syntax error near unexpected token");
    }
    return group === undefined ? { words, redirections } : { words, group, redirections };
  }

  #target(): Word {
    const token = this.#tokens[this.#next++];
    if (token?.kind !== "word") throw new SyntaxFault("syntax error near unexpected token `newline'");
    return token.word;
  }

  #operator(text: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === "operator" && token.text === text;
  }
}

function isBrace(token: Token, brace: string): boolean {
  if (token.kind !== "word" || token.word.length !== 1) return false;
  const [segment] = token.word;
  return segment?.kind === "text" && !segment.quoted && segment.text === brace;
}

const operators = /&&|\|\||[;|&\n]/y;
const redirection = /(\d*)(>>|>&|<<<|<<|>|<)/y;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const redirect = match(redirection, text, at);
    const operator = match(operators, text, at);
    if (/[ \t]/.test(text[at] as string)) at++;
    else if (text[at] === "#") at = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
    else if (redirect !== null) {
      const fd = redirect[1] === "" ? (redirect[2]?.startsWith("<") ? 0 : 1) : Number(redirect[1]);
      tokens.push({ kind: "redirection", text: redirect[2] as string, fd });
      at += redirect[0].length;
    } else if (operator !== null) {
      tokens.push({ kind: "operator", text: operator[0] === "\n" ? ";" : operator[0] });
      at += operator[0].length;
    } else {
      const [word, end] = readWord(text, at);
      tokens.push({ kind: "word", word });
      at = end;
    }
  }
  return tokens;
}

function readWord(text: string, start: number): [Word, number] {
  const segments: Segment[] = [];
  let at = start;
  while (at < text.length && !/[ \t\n;|&<>]/.test(text[at] as string)) {
    const [more, end] = readSegment(text, at);
    segments.push(...more);
    at = end;
  }
  return [segments, at];
}

function readSegment(text: string, at: number): [Segment[], number] {
  const character = text[at] as string;
  if (character === "'") {
    const end = text.indexOf("'", at + 1);
    if (end < 0) throw new Incomplete();
    return [[{ kind: "text", text: text.slice(at + 1, end), quoted: true }], end + 1];
  }
  if (character === '"') return readDoubleQuoted(text, at + 1);
  if (character === "\\") {
    if (at + 1 >= text.length) throw new Incomplete();
    const escaped = text[at + 1] === "\n" ? "" : (text[at + 1] as string);
    return [[{ kind: "text", text: escaped, quoted: true }], at + 2];
  }
  if (character === "$" || character === "`") return readExpansion(text, at, false);
  if (/[*?]/.test(character)) return [[{ kind: "glob", text: character, quoted: false }], at + 1];
  const plain = match(/[^ \t\n;|&<>'"\\$`*?]+/y, text, at)?.[0] as string;
  return [[{ kind: "text", text: plain, quoted: false }], at + plain.length];
}

function readDoubleQuoted(text: string, start: number): [Segment[], number] {
  const segments: Segment[] = [{ kind: "text", text: "", quoted: true }];
  let at = start;
  while (text[at] !== '"') {
    if (at >= text.length) throw new Incomplete();
    if (text[at] === "$" || text[at] === "`") {
      const [more, end] = readExpansion(text, at, true);
      segments.push(...more);
      at = end;
      continue;
    }
    const escaped = text[at] === "\\" && /[$`"\\]/.test(text[at + 1] ?? "");
    segments.push({ kind: "text", text: text[escaped ? at + 1 : at] as string, quoted: true });
    at += escaped ? 2 : 1;
  }
  return [segments, at + 1];
}

function readExpansion(text: string, at: number, quoted: boolean): [Segment[], number] {
  if (text[at] === "`") {
    const end = text.indexOf("`", at + 1);
    if (end < 0) throw new Incomplete();
    return [[{ kind: "substitution", text: text.slice(at + 1, end), quoted }], end + 1];
  }
  if (text[at + 1] === "(") {
    let depth = 0;
    for (let end = at + 1; end < text.length; end++) {
      if (text[end] === "(") depth++;
      else if (text[end] === ")" && --depth === 0)
        return [[{ kind: "substitution", text: text.slice(at + 2, end), quoted }], end + 1];
    }
    throw new Incomplete();
  }
  const name = match(/\$([?$!#@*0-9-]|\w+|\{[^}]*\})/y, text, at);
  if (name === null) return [[{ kind: "text", text: "$", quoted }], at + 1];
  return [[{ kind: "variable", text: name[1] as string, quoted }], at + name[0].length];
}
