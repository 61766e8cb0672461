/** A diagnosis as lines for people. Pure; colour is asked for, never guessed. */

import type { Cause, Diagnosis } from "./diagnose.ts";

export interface ReportOptions {
  readonly colour: "none" | "ansi";
  /** `all` also tells what each check measured. */
  readonly detail: "causes" | "all";
}

export function reportLines({ causes, checks }: Diagnosis, { colour, detail }: ReportOptions): string[] {
  const paint = (code: number, text: string): string =>
    colour === "ansi" ? `\u001b[${code}m${text}\u001b[0m` : text;
  const red = (text: string): string => paint(31, text);
  const green = (text: string): string => paint(32, text);
  const asked = checks.filter(({ verdict }) => verdict !== "skipped").length;
  const head =
    causes.length === 0
      ? green(`healthy: ${asked} checks, nothing wrong`)
      : red(`${causes.length === 1 ? "1 cause" : `${causes.length} causes`}, ${asked} checks`);
  const all = detail === "causes" ? [] : ["", ...checks.map(checkLine)];
  return [head, ...causes.flatMap((cause) => ["", ...causeLines(cause, red)]), ...all];
}

function causeLines(cause: Cause, red: (text: string) => string): string[] {
  return [
    `${red(cause.title)} [${cause.code}]`,
    `  measured  ${cause.measured}`,
    `  remedy    ${cause.remedy}`,
    ...cause.consequences.map(({ code, measured }) => `  so also   [${code}] ${measured}`),
  ];
}

function checkLine({ code, verdict, measured }: Diagnosis["checks"][number]): string {
  return `${verdict.padEnd(8)}${code.padEnd(28)}${measured}`;
}
