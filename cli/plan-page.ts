/** A plan as a page for people. Pure; colour is asked for, never guessed. */

import { isStopped, type RouterPlan } from "./router-plan.ts";

export interface PageOptions {
  readonly colour: "none" | "ansi";
  /** `lines` also tells each set and delete line. */
  readonly detail: "words" | "lines";
}

const colours = { "+": 32, "-": 31, "~": 33, no: 31, yes: 32, "cannot tell": 33 } as const;

export function planPage(plan: RouterPlan, { colour, detail }: PageOptions): string {
  const paint = (of: keyof typeof colours, text: string): string =>
    colour === "ansi" ? `\u001b[${colours[of]}m${text}\u001b[0m` : text;
  const { uplink, host, changes, commands, files, lan } = plan;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
  const none = plan.obstacles.length > 0 ? "can have nothing of it as it is" : "nothing to change";
  const isSame = commands.length === 0 && files.length === 0;
  const because = [...(lan.verdict === "yes" ? [] : lan.because), ...lan.notes];
  return [
    isSame ? `uplink ${uplink}: ${host}, ${none}` : `uplink ${uplink}: what an up would change on ${host}`,
    ...section("What changes:", [
      ...changes.map(({ sign, text }) => paint(sign, `${sign} ${text}`)),
      ...files.map((path) => paint("~", `~ file ${path}`)),
    ]),
    ...(detail === "lines" ? section("Line by line, deletes first:", commands) : []),
    ...section(paint("no", "What would stop it, or part of it:"), plan.obstacles),
    ...section(
      paint("no", "Unsaved work on the router, which stops an up until it is saved or undone:"),
      plan.unsaved,
    ),
    "",
    `The LAN: ${paint(lan.verdict, answers[lan.verdict])}`,
    ...because.map((line) => `  ${line}`),
    ...(lan.verdict === "no" ? section("What would mend it:", lan.mend) : []),
    ...section("Or, of that, by the stack:", lan.declares),
    ...(isSame ? [] : section("How long, and if it fails:", duration(plan))),
    ...(isSame && !isStopped(plan) ? [] : ["", next(plan, detail)]),
  ].join("\n");
}

const answers = {
  yes: "gets out, and its answers in, by all rules of the configuration",
  no: "would not get out",
  "cannot tell": "cannot tell from the configuration",
} as const;

/** Lines that a real VyOS 1.4 on a small machine commits in a minute: it took 116 s for 109 and their scripts. */
const linesAMinute = 56;

function duration({ commands, probed, undoAfterSeconds }: RouterPlan): string[] {
  const minutes = Math.ceil(commands.length / linesAMinute);
  const commit = `One commit, which takes the router up to ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
  const look = probed ? "Then IPv4 is tried from the router. If it does not go out, or" : "If";
  return [
    commit,
    `${look} nobody says keep within ${undoAfterSeconds} s,`,
    "the router puts back what it had, by itself; a reboot does so too.",
  ];
}

function next(plan: RouterPlan, detail: PageOptions["detail"]): string {
  const lines = detail === "lines" ? "" : "   (every line: npm run plan -- --lines)";
  return `Nothing was committed. Next: ${isStopped(plan) ? "mend that, then npm run plan" : "npm run pulumi -- up"}${lines}`;
}
