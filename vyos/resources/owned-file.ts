/**
 * What a resource keeps on the router beside the configuration: a script of ours, or one line in a script of somebody
 * else's. Pure: it says what a file shall hold, given what it holds. Must never drop a line that it did not write.
 */

export type OwnedFile =
  | {
      readonly kind: "script";
      readonly path: string;
      /** Begins with its interpreter, then the line that says whose it is. */
      readonly text: string;
      /** The argument to run it with once it is in place, and before it goes. */
      readonly start: string | undefined;
      readonly stop: string | undefined;
    }
  | { readonly kind: "line"; readonly path: string; readonly line: string };

/** The second line of every script of ours: whoever finds it without it was written by somebody else. */
export const marker = "# Written by vyos-uplink";
const markerLine = `${marker}: edits are overwritten.`;

/** A script's text with the marker behind its interpreter. */
export function withMarker(text: string): string {
  const [interpreter = "", second = "", ...rest] = text.split("\n");
  return second.startsWith(marker) ? text : [interpreter, markerLine, second, ...rest].join("\n");
}

export function isOurs(text: string): boolean {
  return text.split("\n")[1]?.startsWith(marker) ?? false;
}

/** What stands around the line in a file that was not there before. */
const header = `#!/bin/sh\n${markerLine}`;

/** What the file holds once the resource has what it wants; undefined: there is no file. */
export function textAfter(
  file: OwnedFile,
  wanted: "there" | "gone",
  found: string | undefined,
): string | undefined {
  if (file.kind === "script") {
    if (wanted === "there") return file.text;
    // Somebody has put a script of their own in its place.
    return found === undefined || isOurs(found) ? undefined : found;
  }
  if (holdsLine(file.line, found) === (wanted === "there")) return found;
  return wanted === "there" ? withLine(found, file.line) : withoutLine(found ?? "", file.line);
}

/** Whether the file is as the resource wants it. */
export function isHeld(file: OwnedFile, wanted: "there" | "gone", found: string | undefined): boolean {
  return textAfter(file, wanted, found) === found;
}

/** Behind the interpreter and not at the end, where an `exit 0` or an `exec` of the owner's may stand before it. */
function withLine(found: string | undefined, line: string): string {
  if (found === undefined) return `${header}\n${line}\n`;
  if (!found.startsWith("#!")) return `${line}\n${found}`;
  const end = found.indexOf("\n");
  if (end < 0) return `${found}\n${line}\n`;
  return `${found.slice(0, end + 1)}${line}\n${found.slice(end + 1)}`;
}

function withoutLine(found: string, line: string): string | undefined {
  const left = found.split("\n").filter((one) => one !== line);
  return left.join("\n").trimEnd() === header ? undefined : left.join("\n");
}

function holdsLine(line: string, found: string | undefined): boolean {
  return found?.split("\n").includes(line) ?? false;
}

/** How claims name it: a file, or one line of a file. */
export function fileKey(file: OwnedFile): string {
  return file.kind === "script" ? file.path : `${file.path}: ${file.line}`;
}
