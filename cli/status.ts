/** `npm run status`: one screen about the uplink as it runs now, from one reading of the router. It changes nothing there. */

import type { Declared } from "../doctor/declared.ts";
import { type Diagnosis, diagnose } from "../doctor/diagnose.ts";
import { examine } from "../doctor/examine.ts";
import { questionsOf } from "../doctor/facts.ts";
import { silence } from "../doctor/remedies.ts";
import { type Journal, journalPath, parseJournal } from "../router/change/journal.ts";
import { observationOf } from "../watch/observation.ts";
import { portsInUse, portsOwned } from "../watch/snapshot.ts";
import { enter, exitHelp, exitStatus, print, waitFor } from "./front-door.ts";
import { findTarget, placeOf, type Target, targetHelp, targetOptions } from "./router-target.ts";
import { portsOf } from "./watch-look.ts";

const help = `Usage: npm run status -- [--stack S] [--json]
       npm run status -- --host H --host-key SHA256:... [--port P] [--user U] [--key FILE] [--json]

  One screen: which uplink runs and since when, the last change and by whom, what the router would do by itself,
  how many ports are in use, and one line of health. The router is read once and not changed.

${targetHelp}
  --json         one JSON object: uplink, runs, since, lastChange, byItself, ports, health, causes

${exitHelp("IPv4 works and nothing is wrong", "something is wrong")}
`;

interface Status {
  /** As declared, and by which way IPv4 is configured to leave. */
  readonly uplink: Declared["uplink"];
  readonly runs: string;
  /** ISO 8601, by the router's journal; null: no change of ours has made it. */
  readonly since: string | null;
  readonly lastChange: { readonly at: string; readonly by: string } | null;
  readonly byItself: readonly string[];
  readonly ports: { readonly used: number; readonly owned: number } | null;
  readonly health: "healthy" | "broken" | "unclear" | "unreachable";
  /** Why it is not well: title and code. */
  readonly causes: readonly string[];
}

const healths = {
  healthy: "IPv4 works",
  broken: "IPv4 DOES NOT WORK",
  unclear: "not settled: see npm run doctor",
  unreachable: "the router was not reached",
} as const;

await enter({
  help,
  options: targetOptions,
  main: async ({ json, ...values }) => {
    const target = await findTarget(values);
    const found = await waitFor(`reading ${placeOf(target.settings)}`, read(target));
    print(json ? JSON.stringify(found) : screen(found, placeOf(target.settings)));
    return found.health === "healthy" && found.causes.length === 0 ? exitStatus.done : exitStatus.wrong;
  },
});

async function read({ settings, declared: fromStack }: Target): Promise<Status> {
  const files = [...((fromStack && questionsOf(fromStack).files) ?? []), journalPath];
  const { facts, declared } = await examine(settings.ssh, fromStack, { files });
  const diagnosis = diagnose(facts, declared);
  const journal = parseJournal(facts.files?.get(journalPath) ?? "");
  const { kind } = observationOf(diagnosis, facts, declared);
  const use = { portUse: facts.portUse, ownPorts: portsOf(declared) };
  const used = portsInUse(use);
  const way = facts.routeToInternet;
  return {
    uplink: declared.uplink,
    runs: way === undefined ? "not known" : way === null ? "no way to the IPv4 internet" : wayOf(way),
    since: sinceOf(journal, declared),
    lastChange: lastChangeOf(journal),
    byItself: byItselfOf(declared, journal, diagnosis),
    ports: used === undefined || use.ownPorts.length === 0 ? null : { used, owned: portsOwned(use) },
    health: kind,
    causes: diagnosis.causes.map(({ title, code }) => `${title} [${code}]`),
  };
}

function wayOf({ gateway, device }: { readonly gateway?: string; readonly device?: string }): string {
  return [device, gateway === undefined ? "" : `to ${gateway}`].filter(Boolean).join(" ");
}

/** A tunnel comes and goes with its uplink; the default route stays and only moves. */
function sinceOf(journal: Journal, { tunnel }: Declared): string | null {
  const path = tunnel === undefined ? "protocols static route 0.0.0.0/0" : `interfaces tunnel ${tunnel.name}`;
  return journal.get(path)?.since ?? null;
}

function lastChangeOf(journal: Journal): Status["lastChange"] {
  const newest = [...journal.values()].toSorted((a, b) => (a.since < b.since ? 1 : -1))[0];
  return newest === undefined ? null : { at: newest.since, by: newest.stack };
}

function byItselfOf(
  { failover, wxrNextHop, wxrDevice, resources }: Declared,
  journal: Journal,
  { causes, checks }: Diagnosis,
): string[] {
  const pending = causes.filter(({ code }) => code === "undo-pending" || code === "commit-confirm-pending");
  const cut = [...journal.values()].some((entry) => entry.pending);
  const guards = resources.some(({ name }) => name === "lease-guard-task");
  const gone = checks.some(({ code, verdict }) => code === "failed-over" && verdict === "wrong");
  const over = failover && `the tunnel for ${wxrNextHop ?? wxrDevice}, while ${silence(failover)}`;
  return [
    ...(over === undefined ? [] : [gone ? `has left ${over}, and comes back by itself` : `leaves ${over}`]),
    ...(guards ? ["renews the DHCPv6 lease when it is lost"] : []),
    ...pending.map(({ title }) => title),
    ...(cut ? ["nothing more for a change that was cut off: the next up clears it away"] : []),
  ];
}

function screen(status: Status, place: string): string {
  const { uplink, runs, since, lastChange, byItself, ports, health, causes } = status;
  const row = (name: string, text: string): string => `${name.padEnd(14)}${text}`;
  return [
    row("router", place),
    row("uplink", `${uplink}${since === null ? "" : `, ours since ${timeOf(since)}`}`),
    row("IPv4 leaves", runs),
    row("last change", lastChange === null ? "none of ours" : `${timeOf(lastChange.at)} by ${lastChange.by}`),
    row("by itself", byItself.join("; ") || "nothing: no failover is declared"),
    row("ports", ports === null ? "not counted in this uplink" : `${ports.used} of ${ports.owned} in use`),
    row("health", `${healths[health]}${causes.length === 0 ? "" : `; ${causes.length} wrong`}`),
    ...causes.map((cause) => row("", cause)),
  ].join("\n");
}

/** In the time of this machine. */
function timeOf(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString("sv-SE");
}
