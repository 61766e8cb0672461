/**
 * Reads shell text into words, operators and redirections. It must never run or expand anything; what a shell
 * would expand is kept apart as an expansion.
 */
export type Segment =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: "variable" | "substitution" | "arithmetic" | "glob";
      readonly text: string;
      readonly quoted: boolean;
    };
export type Word = readonly Segment[];

export type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "redirection"; readonly text: string; readonly fd: number };

/** The text ends inside a quote, a group or a pipeline: more lines are needed. */
export class Incomplete extends Error {}
export class SyntaxFault extends Error {}

const operators = /&&|\|\||[;|&\n()]/y;
const redirection = /(\d*)(>>|>&|<&|<<<|<<|>|<)/y;
const wordEnd = /[ \t\n;|&<>()]/;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const redirect = match(redirection, text, at);
    const operator = match(operators, text, at);
    if (/[ \t]/.test(text[at] as string)) at++;
    else if (text.startsWith("\\\n", at)) at += 2;
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
  while (at < text.length && !wordEnd.test(text[at] as string)) {
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
  const plain = match(/[^ \t\n;|&<>()'"\\$`*?]+/y, text, at)?.[0] as string;
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
    const end = closing(text, at + 1);
    const inner = text.slice(at + 2, end);
    if (!inner.startsWith("(") || !inner.endsWith(")"))
      return [[{ kind: "substitution", text: inner, quoted }], end + 1];
    return [[{ kind: "arithmetic", text: inner.slice(1, -1), quoted }], end + 1];
  }
  const name = match(/\$([?$!#@*0-9-]|\w+|\{[^}]*\})/y, text, at);
  if (name === null) return [[{ kind: "text", text: "$", quoted }], at + 1];
  return [[{ kind: "variable", text: name[1] as string, quoted }], at + name[0].length];
}

/** Where the parenthesis at `start` is closed; one inside quotes does not count. */
function closing(text: string, start: number): number {
  let depth = 0;
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (quote !== "") {
      if (character === "\\" && quote === '"') at++;
      else if (character === quote) quote = "";
    } else if (character === "\\") at++;
    else if (character === "'" || character === '"') quote = character;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return at;
  }
  throw new Incomplete();
}
