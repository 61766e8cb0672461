/**
 * What a change takes along to the router: a folder of texts, checked as a whole by one hash before the unit is started. Pure:
 * lines for the router's shell. The script itself is one text for every change; only file names, figures and names go with it.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { lineAsRead, quoteWord } from "../../vyos/commands.ts";
import type { Stray } from "../../vyos/kernel/strays.ts";
import type { Change, Line } from "./planning.ts";

/** A reboot takes it away. Root's and the group vyattacfg's alone, who may read the whole configuration anyway. */
export const home = "/run/vyos-uplink";
export const unit = "vyos-uplink-change";
export const backUnit = "vyos-uplink-back";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const script = read("./transaction.vbash");
/** What whoever stands at the router without internet has to know. */
const readme = read("../../docs/when-it-is-dark.md");

export interface Figures {
  readonly user: string;
  /** Until "keep" must have come, counted from the commit's end. */
  readonly waitSeconds: number;
  /** Bounds the wait for another's commit. */
  readonly lockSeconds: number;
  /** Who changes the router, for whoever waits for it. */
  readonly who: string;
}

/** The folder's texts by name. */
export function textsOf(change: Change, strays: readonly Stray[], who: string): [string, string][] {
  const { before, wanted, redo, undo, journal, files } = change;
  const optional = (name: string, text: string | undefined): [string, string][] =>
    text === undefined ? [] : [[name, text]];
  return [
    ["transaction", script],
    ["readme", readme],
    ["who", `${who}\n`],
    ["before", before],
    ["wanted", wanted],
    ["redo", linesText(redo)],
    ["undo", linesText(undo)],
    ["journal.before", journal.before],
    ["journal.during", journal.during],
    ["journal.after", journal.after],
    ["files", files.map((_, index) => `${index}\n`).join("")],
    ["status", ""],
    ...optional("nothing", change.configures ? undefined : ""),
    ...optional("remove", strays.length > 0 ? strays.map(({ remove }) => `${remove}\n`).join("") : undefined),
    ...optional(
      "restore",
      strays.length > 0
        ? strays
            .toReversed()
            .flatMap(({ restore }) => restore.map((line) => `${line}\n`))
            .join("")
        : undefined,
    ),
    ...files.flatMap(({ path, before: was, after, start, stop }, index) => [
      ...optional(`file.${index}.path`, path),
      ...optional(`file.${index}.was`, was ?? ""),
      ...optional(`file.${index}.new`, after),
      ...optional(`file.${index}.start`, start),
      ...optional(`file.${index}.stop`, stop),
    ]),
  ];
}

/** Each says its number when the router refuses it. */
export function linesText(lines: readonly Line[]): string {
  return lines
    .map(({ command }, index) => `${lineAsRead(command)} >"$O" 2>&1 </dev/null || no ${index}\n`)
    .join("");
}

/** Sent at once: whatever of it fails, the unit is not started unless every text came whole. */
export function startLines(folder: string, texts: readonly [string, string][], figures: Figures): string[] {
  const hash = createHash("sha256").update(texts.map(([, text]) => text).join(""));
  const names = texts.map(([name]) => `${folder}/${name}`).join(" ");
  const whole = `cat ${names} | sha256sum | grep -q ${hash.digest("hex")}`;
  const rehearsal = `${home}/rehearsal`;
  const run = (name: string, at: string, mode: string): string =>
    `${unitLine(name, figures.user, `${folder}/transaction stopped ${at}`)} /bin/vbash ${folder}/transaction ${mode} ${at}`;
  return [
    `sudo install -d -m 0770 -o root -g vyattacfg ${home} && mkdir ${folder}`,
    ...texts.map(([name, text]) => writeText(`${folder}/${name}`, text)),
    // Once a boot: that a unit starts, has its environment, and is followed by what is to come after it.
    `test -e ${home}/rehearsed || { ${whole} && rm -rf ${rehearsal} && mkdir ${rehearsal} && ${run("vyos-uplink-rehearsal", rehearsal, "rehearse").replace(" --quiet", " --quiet --wait")}; test -e ${rehearsal}/ended && mv ${rehearsal} ${home}/rehearsed; }`,
    `test -e ${home}/rehearsed && ${whole} && ${run(unit, folder, "change")} ${figures.waitSeconds} ${figures.lockSeconds}`,
  ];
}

/**
 * Run by the login user, for root's sessions are no one's. Only its first process is told to stop, and none is killed: a
 * commit comes to its end. Nor does a router that is short of memory choose it, or a clock end it.
 */
function unitLine(name: string, user: string, after: string): string {
  const properties = [
    "UMask=0002",
    "KillMode=mixed",
    "SendSIGKILL=no",
    "TimeoutStopSec=infinity",
    "OOMScoreAdjust=-900",
    `ExecStopPost=/bin/vbash ${after}`,
  ];
  const words = properties.map((property) => `--property=${quoteWord(property)}`).join(" ");
  return `sudo systemd-run --quiet --collect --unit=${name} --uid=${quoteWord(user)} --gid=vyattacfg ${words}`;
}

export function followLine(folder: string, mode: "follow" | "look", behind: number, seconds: number): string {
  return `/bin/vbash ${folder}/transaction ${mode} ${folder} ${behind} ${seconds}`;
}

/** A line that writes a text to the byte, with or without a newline at its end. */
export function writeText(path: string, text: string): string {
  const end = text.lastIndexOf("\n") + 1;
  const lines = text.slice(0, end).split("\n").slice(0, -1).map(quoteWord).join(" ");
  const parts = [
    ...(end > 0 ? [`printf '%s\\n' ${lines}`] : []),
    ...(end < text.length ? [`printf '%s' ${quoteWord(text.slice(end))}`] : []),
  ];
  return `{ ${parts.length > 0 ? parts.join("; ") : ":"}; } >${path}`;
}
