/**
 * Raw answers into facts. Pure. An answer that cannot be understood makes its fact undefined and its name known; it never
 * throws, for the doctor is asked when things are broken.
 */

import { parseTreeText } from "../vyos/text.ts";
import type { Facts, RawAnswer, Reading, ReadingName } from "./facts.ts";
import { parseAddresses, parseLinks, parseNeighbours, parseTunnels } from "./parse-interfaces.ts";
import { parseConntrack, parseConntrackUse, parseNat } from "./parse-nat.ts";
import { parseRouteGet, parseRoutes } from "./parse-routes.ts";
import { parseDhcp, parsePing, parseTcpProbe, parseTimers } from "./parse-services.ts";

/** Between the answers of two pings in one reading: the relay's, and another host's when the relay gave none. */
export const beyondMark = "== beyond the gateway ==";

export function parseFacts(reading: Reading, hereSeconds: number): Facts {
  const unreadable: ReadingName[] = [];
  const read = <Value>(name: ReadingName, parse: (answer: RawAnswer) => Value): Value | undefined => {
    const answer = reading[name];
    if (answer === undefined) return undefined;
    try {
      if (answer !== "no answer") return parse(answer);
    } catch {
      // What is not understood is reported by name.
    }
    unreadable.push(name);
    return undefined;
  };
  const output = <Value>(name: ReadingName, parse: (text: string) => Value): Value | undefined =>
    read(name, ({ status, output: text }) => {
      if (status !== 0) throw new Error(`status ${status}`);
      return parse(text);
    });
  const linksBefore = output("linksBefore", parseLinks);
  const links = output("linksAfter", parseLinks) ?? linksBefore;
  const before = output("conntrackBefore", parseConntrack);
  const after = output("conntrackAfter", parseConntrack);
  const dhcpLog = output("dhcpLog", (text) => text);
  return {
    version: output("version", parseVersion),
    clock: output("clock", (text) => ({ router: parseSeconds(text), here: hereSeconds })),
    groups: output("groups", (text) => text.trim().split(/\s+/)),
    sudo: read("sudo", ({ status }) => status === 0),
    running: output("running", parseTreeText),
    saved: output("saved", parseTreeText),
    timers: output("timers", parseTimers),
    // `is-active` fails when it is not: its word counts.
    dhcp: read("dhcpClient", ({ output: state }) => parseDhcp(state, dhcpLog ?? "")),
    conntrack: before && after && { before, after },
    conntrackUse: output("conntrackUse", parseConntrackUse),
    links,
    txErrors: linksBefore && links && differences(linksBefore, links),
    addresses: output("addresses", parseAddresses),
    tunnels: output("tunnels", parseTunnels),
    routes4: output("routes4", parseRoutes),
    routes6: output("routes6", parseRoutes),
    routeToInternet: read("routeToInternet", parseRouteGet),
    neighbours: output("neighbours", parseNeighbours),
    nat: output("nat", parseNat),
    gatewayPing: read("gatewayPing", (answer) => parsePing(answer.output)),
    relayPing: read("relayPing", (answer) => parsePing(relayPart(answer.output))),
    beyondGateway: read("relayPing", (answer) => beyondPart(answer.output)),
    fullSizePing: read("fullSizePing", (answer) => parsePing(answer.output)),
    wxrPing: read("wxrPing", (answer) => parsePing(answer.output)),
    tcpProbe: read("tcpProbe", (answer) => parseTcpProbe(answer.output)),
    unreadable: [...new Set(unreadable)],
  };
}

function parseVersion(json: string): string {
  const { version } = JSON.parse(json) as { version?: unknown };
  if (typeof version !== "string") throw new Error("no version");
  return version;
}

function parseSeconds(text: string): number {
  if (!/^[0-9]{9,11}$/.test(text.trim())) throw new Error("no time");
  return Number(text.trim());
}

function relayPart(output: string): string {
  return output.split(beyondMark)[0] ?? "";
}

function beyondPart(output: string): boolean | undefined {
  const beyond = output.split(beyondMark)[1];
  return beyond === undefined ? undefined : parsePing(beyond).answered;
}

function differences(before: NonNullable<Facts["links"]>, after: NonNullable<Facts["links"]>) {
  return new Map(
    after.map(({ name, txErrors }): [string, number] => [
      name,
      txErrors - (before.find((link) => link.name === name)?.txErrors ?? txErrors),
    ]),
  );
}
