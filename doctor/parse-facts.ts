/**
 * Raw answers into facts. Pure. An answer that cannot be understood makes its fact undefined and its name known; it never
 * throws, for the doctor is asked when things are broken.
 */

import {
  type KernelRoute,
  parseAddresses,
  parseLinks,
  parseNeighbours,
  parseRoutes,
} from "../vyos/kernel/network.ts";
import { parseRuleset } from "../vyos/kernel/ruleset.ts";
import { parseTunnels } from "../vyos/kernel/tunnels.ts";
import { parseTreeText } from "../vyos/text.ts";
import type { Facts, RawAnswer, Reading, ReadingName } from "./facts.ts";
import { parseConntrack, parseConntrackUse, parsePortUse } from "./parse-conntrack.ts";
import { parseDhcp, parsePing, parseTcpProbe, parseTimers } from "./parse-services.ts";
import { beyondMark, fileMark } from "./questions.ts";

export function parseFacts(reading: Reading, hereSeconds: number): Facts {
  const reader = new Reader(reading);
  const facts = {
    ...machineFacts(reader, hereSeconds),
    ...counterFacts(reader),
    ...networkFacts(reader),
    ...probeFacts(reader),
  };
  return { ...facts, unreadable: [...reader.unreadable] };
}

/** `ip -j route get A`. Without a route it prints `RTNETLINK answers: Network is unreachable` and fails. */
function parseRouteGet({ output, status }: RawAnswer): KernelRoute | null {
  if (status !== 0 && /unreachable|No route to host/i.test(output)) return null;
  const [route] = parseRoutes(output);
  if (route === undefined) throw new Error("no route in the answer");
  return route;
}

/** Parses one answer at a time, and remembers the names of those that gave nothing. */
class Reader {
  readonly unreadable = new Set<ReadingName>();
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Whatever the exit status says. */
  read<Value>(name: ReadingName, parse: (answer: RawAnswer) => Value): Value | undefined {
    const answer = this.#reading[name];
    if (answer === undefined) return undefined;
    try {
      if (answer !== "no answer") return parse(answer);
    } catch {
      // What is not understood is reported by name.
    }
    this.unreadable.add(name);
    return undefined;
  }

  /** Only of a command that ended well. */
  output<Value>(name: ReadingName, parse: (text: string) => Value): Value | undefined {
    return this.read(name, ({ status, output }) => {
      if (status !== 0) throw new Error(`status ${status}`);
      return parse(output);
    });
  }
}

function machineFacts(reader: Reader, hereSeconds: number) {
  const dhcpLog = reader.output("dhcpLog", (text) => text);
  return {
    version: reader.output("version", parseVersion),
    clock: reader.output("clock", (text) => ({ router: parseSeconds(text), here: hereSeconds })),
    groups: reader.output("groups", (text) => text.trim().split(/\s+/)),
    sudo: reader.read("sudo", ({ status }) => status === 0),
    running: reader.output("running", parseTreeText),
    saved: reader.output("saved", parseTreeText),
    timers: reader.output("timers", parseTimers),
    files: reader.read("files", ({ output }) => parseFiles(output)),
    // `is-active` fails when it is not: its word counts.
    dhcp: reader.read("dhcpClient", ({ output }) => parseDhcp(output, dhcpLog ?? "")),
  };
}

/** What is read twice, before and after the probes. */
function counterFacts(reader: Reader) {
  const linksBefore = reader.output("linksBefore", parseLinks);
  const links = reader.output("linksAfter", parseLinks) ?? linksBefore;
  const before = reader.output("conntrackBefore", parseConntrack);
  const after = reader.output("conntrackAfter", parseConntrack);
  return {
    links,
    txErrors: linksBefore && links && differences(linksBefore, links),
    conntrack: before && after && { before, after },
    conntrackUse: reader.output("conntrackUse", parseConntrackUse),
    portUse: reader.output("portUse", parsePortUse),
  };
}

function networkFacts(reader: Reader) {
  return {
    addresses: reader.output("addresses", parseAddresses),
    tunnels: reader.output("tunnels", parseTunnels),
    routes4: reader.output("routes4", parseRoutes),
    routes6: reader.output("routes6", parseRoutes),
    routeToInternet: reader.read("routeToInternet", parseRouteGet),
    neighbours: reader.output("neighbours", parseNeighbours),
    rules: reader.output("rules", parseRuleset),
  };
}

function probeFacts(reader: Reader) {
  return {
    gatewayPing: reader.read("gatewayPing", ({ output }) => parsePing(output)),
    relayPing: reader.read("relayPing", ({ output }) => parsePing(relayPart(output))),
    beyondGateway: reader.read("relayPing", ({ output }) => beyondPart(output)),
    fullSizePing: reader.read("fullSizePing", ({ output }) => parsePing(output)),
    wxrPing: reader.read("wxrPing", ({ output }) => parsePing(output)),
    tcpProbe: reader.read("tcpProbe", ({ output }) => parseTcpProbe(output)),
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

/** Each file behind a line that names it, and before an empty one. */
function parseFiles(output: string): Map<string, string> {
  const parts = `\n${output}`.split(`\n${fileMark} `).slice(1);
  return new Map(
    parts.flatMap((part): [string, string][] => {
      const end = part.indexOf("\n");
      const [path, text] = [part.slice(0, end), part.slice(end + 1)];
      if (text.startsWith("sudo: ")) throw new Error("not allowed to look");
      return text.startsWith(`cat: ${path}: No such file`) ? [] : [[path, text]];
    }),
  );
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
