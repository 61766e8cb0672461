/**
 * `npm run capture`: what passes on the interface to the NGN, kept as a pcap file with its counts beside it; and two such
 * files side by side. On the router it only looks; here it writes the two files it was told to.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { uplinkConfig } from "../config/uplink-config.ts";
import { type CountedRow, compareCounts, type OwnLine } from "../doctor/capture-rows.ts";
import { type Captured, captureOn } from "../doctor/capturing.ts";
import { type Declared, declaredByStack } from "../doctor/declared.ts";
import { questionsOf } from "../doctor/facts.ts";
import { InvalidValue } from "../errors.ts";
import { SshTransport } from "../router/wire/ssh.ts";
import { parseWhole } from "../vyos/values.ts";
import { enter, exitStatus, fileNamed, print } from "./front-door.ts";
import { findTarget, placeOf, readFrom, type Target, targetHelp, targetOptions } from "./router-target.ts";

const help = `Usage: npm run capture -- --out FILE.pcap [--seconds 10] [--packets 500] [--stack S]
       npm run capture -- --read FILE.pcap
       npm run capture -- --good FILE.pcap --bad FILE.pcap

  The first captures on the router (tcpdump, the headers only) while the doctor's probes run, and writes FILE, and
  beside it FILE.json: what the router's tcpdump counts in it. It needs a stack, which says which CE address, relay
  and ports are this line's. The second tells what was counted, the third lays a line that worked beside one that did not.

  --json         one JSON object
${targetHelp}

Exit status: 0 done, 2 wrong usage, configuration or file, 3 no capture could be had.
`;

const text = { type: "string" } as const;

await enter({
  help,
  options: { ...targetOptions, out: text, read: text, good: text, bad: text, seconds: text, packets: text },
  main: async ({ json, good, bad, ...values }) => {
    const show = (rows: readonly object[], lines: readonly string[]): number => {
      print(json ? JSON.stringify({ rows }) : lines.join("\n"));
      return exitStatus.done;
    };
    if (good !== undefined && bad !== undefined) {
      const rows = compareCounts(countsOf(good), countsOf(bad));
      const seen = rows.filter((row) => row.good + row.bad > 0);
      return show(
        rows,
        seen.map((row) => `${cells(row.what, row.good, row.bad)}  ${row.difference ?? ""}`.trimEnd()),
      );
    }
    const file = values.read ?? values.out;
    if (file === undefined) throw missing("out", "--out FILE.pcap, --read FILE.pcap, or --good and --bad");
    if (values.read === undefined) keep(file, await capture(await findTarget(values), values));
    const rows = countsOf(file);
    const seen = rows.filter(({ count }) => count > 0);
    return show(
      rows,
      seen.map(({ what, count, meaning }) => `${cells(what, count)}  ${meaning}`),
    );
  },
});

function cells(what: string, ...counts: readonly number[]): string {
  return [what.padEnd(46), ...counts.map((count) => String(count).padStart(6))].join("");
}

function missing(option: string, remedy: string): InvalidValue {
  return new InvalidValue(`--${option}`, "", "is missing", remedy);
}

/** The doctor's reading runs beside it on a connection of its own: its pings and its TCP connection are what is to be seen. */
async function capture(
  { given, settings, declared }: Target,
  { seconds, packets }: { readonly seconds?: string; readonly packets?: string },
): Promise<Captured> {
  if (declared === undefined) throw missing("stack", "name one, beside --host if need be: --stack home");
  // The line is the same in wxr: only there nothing is encapsulated.
  const mape = declaredByStack(uplinkConfig({ ...given, uplink: "mape" }));
  if (mape.ngn === undefined) throw missing("stack", "pulumi config set ipv6Interface eth1, and ipv6NextHop");
  const bounds = {
    interface: mape.ngn.interface,
    seconds: parseWhole("--seconds", seconds ?? 10, 1, 600),
    packets: parseWhole("--packets", packets ?? 500, 1, 20_000),
  };
  const running = captureOn(new SshTransport(settings.ssh), placeOf(settings), bounds, ownLine(mape));
  const [captured] = await Promise.all([running, readFrom(settings, questionsOf(mape))]);
  return captured;
}

function ownLine({ tunnel, ngn, nat }: Declared): OwnLine {
  const ports = nat.flatMap(({ target }): [number, number][] => {
    const [from, to = from] = target.split(":")[1]?.split("-").map(Number) ?? [];
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  return {
    ceAddress: tunnel?.local ?? "",
    relay: tunnel?.remote ?? "",
    gateway: ngn?.gateway,
    ipv4: tunnel?.addresses[0]?.split("/")[0] ?? "",
    ports,
  };
}

function countsFile(file: string): string {
  return `${fileNamed(file)}.json`;
}

function keep(file: string, { pcap, rows }: Captured): void {
  writeFileSync(fileNamed(file), pcap, { mode: 0o600 });
  writeFileSync(countsFile(file), `${JSON.stringify(rows)}\n`, { mode: 0o600 });
}

function countsOf(file: string): CountedRow[] {
  try {
    return parseCounts(JSON.parse(readFileSync(countsFile(file), "utf8")));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidValue("capture", file, why, "give a file that npm run capture -- --out wrote");
  }
}

function parseCounts(rows: unknown): CountedRow[] {
  if (!Array.isArray(rows)) throw new Error("its .json holds no counts");
  return rows.map((row: Partial<CountedRow> | null) => {
    const { what, meaning, count } = row ?? {};
    if (what === undefined || meaning === undefined || count === undefined)
      throw new Error("its .json holds no counts");
    return { what: String(what), meaning: String(meaning), count: Number(count) };
  });
}
