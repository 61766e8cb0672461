/**
 * Reads a configuration in braces, character by character as VyOS's own scanner does (vyatta-cfg: cparse_lex.l,
 * cparse.ypp), into the words of each line; a backslash is itself. Whether VyOS knows the words is the session's part.
 */
export class BadText extends Error {}

interface Block {
  readonly words: readonly string[];
  empty: boolean;
}

const space = /(?:[^\S\n]|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\n)*/y;
const name = /[-A-Za-z0-9_]+/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
/** The saved file's tags may hold what a name may not: they are values here. */
const bare = /[^{"\s][^{\s]*/y;

export function readText(text: string): string[][] {
  return new Reader(text).read();
}

class Reader {
  readonly #text: string;
  readonly #open: Block[] = [];
  readonly #lines: string[][] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): string[][] {
    for (this.#take(space); this.#at < this.#text.length; this.#take(space)) {
      if (this.#text[this.#at] === "}") this.#close();
      else this.#line();
    }
    if (this.#open.length > 0) throw this.#bad("");
    return this.#lines;
  }

  #line(): void {
    const words = [this.#take(name) ?? this.#fail()];
    this.#take(/:?[^\S\n]*/y);
    const value = this.#value();
    if (value !== undefined) words.push(value);
    this.#take(/[^\S\n]*/y);
    const before = this.#open.flatMap((block) => block.words);
    const above = this.#open.at(-1);
    if (above !== undefined) above.empty = false;
    if (this.#text[this.#at] === "{") {
      this.#at++;
      this.#open.push({ words, empty: true });
    } else if (/\n|\}|^$/.test(this.#text[this.#at] ?? "")) this.#lines.push([...before, ...words]);
    else this.#fail();
  }

  #value(): string | undefined {
    const found = this.#take(quoted);
    if (found === undefined) return this.#take(bare);
    return found.slice(1, -1);
  }

  #close(): void {
    const block = this.#open.pop();
    if (block === undefined) this.#fail();
    else if (block.empty) this.#lines.push([...this.#open.flatMap((one) => one.words), ...block.words]);
    this.#at++;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #fail(): never {
    throw this.#bad(this.#text[this.#at] ?? "");
  }

  /** Recorded. */
  #bad(character: string): BadText {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    return new BadText(`Invalid config file (syntax error): error at line ${line}, text [${character}]`);
  }
}
