/** `npm run doctor`: what is wrong with the uplink, by reading the router once: causes and remedies. It changes nothing there. */

import type { Declared } from "../doctor/declared.ts";
import { type Diagnosis, diagnose } from "../doctor/diagnose.ts";
import { examine } from "../doctor/examine.ts";
import { questionsOf, readingLines } from "../doctor/facts.ts";
import { reportLines } from "../doctor/report-text.ts";
import { UplinkError } from "../errors.ts";
import { enter, exitHelp, exitStatus, print, waitFor, wantsColour } from "./front-door.ts";
import { findTarget, placeOf, type Target, targetHelp, targetOptions } from "./router-target.ts";
import { causeOf, unreachable } from "./unreachable.ts";

const help = `Usage: npm run doctor -- [--stack S] [--json] [--all] [--commands]
       npm run doctor -- --host H --host-key SHA256:... [--port P] [--user U] [--key FILE] [--json] [--all]

  Reads the router once, over one connection, and names what is wrong: one line a cause, its remedy, and what
  follows from it. It changes nothing.

${targetHelp}
  --all          what every check measured
  --json         one JSON object: healthy, causes, checks, seconds
  --commands     the commands that would be sent, and nothing else

${exitHelp("healthy", "something is wrong")}
`;

/** What was found, with where it came from and how long it took. */
interface Report extends Diagnosis {
  readonly uplink: Declared["uplink"] | null;
  readonly declaredBy: "stack" | "router";
  /** From the first byte to the last answer. */
  readonly seconds: number;
}

await enter({
  help,
  options: { ...targetOptions, all: { type: "boolean" }, commands: { type: "boolean" } },
  main: async ({ json, all, commands, ...values }) => {
    const target = await findTarget(values);
    if (commands) {
      const lines = readingLines(target.declared ? questionsOf(target.declared) : {});
      print(lines.map(([name, line]) => `# ${name}\n${line}\n`).join(""));
      return exitStatus.done;
    }
    const found = await reportOn(target);
    print(json ? JSON.stringify(found) : textOf(found, all ? "all" : "causes"));
    if (found.causes.some(({ code }) => code === unreachable)) return exitStatus.unreached;
    return found.healthy ? exitStatus.done : exitStatus.wrong;
  },
});

async function reportOn({ settings, declared: fromStack }: Target): Promise<Report> {
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 10) / 100;
  const declaredBy = fromStack ? "stack" : "router";
  try {
    const examined = examine(settings.ssh, fromStack);
    const { facts, declared } = await waitFor(`reading ${placeOf(settings)}`, examined);
    return { uplink: declared.uplink, declaredBy, ...diagnose(facts, declared), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof UplinkError)) throw error;
    const found = { healthy: false, causes: [causeOf(error)], checks: [] };
    return { uplink: fromStack?.uplink ?? null, declaredBy, ...found, seconds: seconds() };
  }
}

function textOf(found: Report, detail: "causes" | "all"): string {
  const { uplink, declaredBy, seconds } = found;
  const by = declaredBy === "stack" ? "declared" : "what the router itself is configured for";
  const head = uplink === null ? [] : [`uplink ${uplink}, ${by}; read in ${seconds} s`];
  return [...head, ...reportLines(found, { colour: wantsColour() ? "ansi" : "none", detail })].join("\n");
}
