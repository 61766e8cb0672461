/**
 * The only file that makes a `set` or `delete` line. Pure. No word may leave here unquoted, and none that VyOS cannot hold
 * or would take for an option.
 */

import { InvalidValue } from "../errors.ts";
import type { ConfigPath } from "./tree.ts";

export interface Command {
  readonly verb: "set" | "delete";
  readonly path: ConfigPath;
}

/** For people, as one would type it in configure mode. */
export function printCommand(command: Command): string {
  return [command.verb, ...command.path.map(readableWord)].join(" ");
}

/** The same for any shell line that is shown before it is run: quoted only where it must be. */
export function readableWord(word: string): string {
  return /^[A-Za-z0-9._:,+=/@%-]+$/.test(word) ? word : quoteWord(word);
}

/** The binaries behind `set` and `delete`: their exit status is honest, that of the shell functions is always 0. */
const binaries = { set: "/opt/vyatta/sbin/my_set", delete: "/opt/vyatta/sbin/my_delete" };

/** For the router's shell: every argument quoted, once. */
export function shellLine(command: Command): string {
  if (command.path.length === 0)
    throw new InvalidValue("configuration path", "", "is empty", "name the node to change");
  command.path.forEach((word, index) => {
    checkWord(command.path.slice(0, index).join(" ") || "configuration path", word);
  });
  return [binaries[command.verb], ...command.path.map(quoteWord)].join(" ");
}

/** The same for what a router has printed itself: whatever it holds is put back as it was. */
export function lineAsRead({ verb, path }: Command): string {
  return [binaries[verb], ...path.map(quoteWord)].join(" ");
}

/** A POSIX shell word that stands for exactly this text, whatever is in it. NUL cannot be in an argument. */
export function quoteWord(word: string): string {
  if (word.includes("\0")) throw new InvalidValue("argument", word, "holds a NUL", "leave the NUL out");
  return inSingleQuotes(word);
}

function inSingleQuotes(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** VyOS holds neither quotes nor newlines in a value (vyatta-cfg: cstore validation), and reads -x as an option. */
function checkWord(field: string, word: string): void {
  if (word === "") throw new InvalidValue(field, word, "has an empty word", "write a value");
  if (word.startsWith("-"))
    throw new InvalidValue(field, word, "starts with -", "start with a letter or a digit");
  if (/['"]/.test(word) || [...word].some((char) => char < " " || char > "~")) {
    const reason = "holds a quote or a character that VyOS cannot hold";
    throw new InvalidValue(field, word, reason, "use printable ASCII without quotes");
  }
}
