/**
 * `npm run capture`: what passes on the interface to the NGN, kept as a pcap file and told in counts; and two such files
 * side by side. On the router it only looks; here it writes the one file it was told to.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseRouterSettings } from "../config/router-settings.ts";
import { compareSummaries, type OwnLine, type SummaryRow, summarize } from "../doctor/capture-summary.ts";
import { captureOn } from "../doctor/capturing.ts";
import type { Declared } from "../doctor/declared.ts";
import { parsePcap } from "../doctor/pcap.ts";
import { questionsOf } from "../doctor/questions.ts";
import { readRouter } from "../doctor/reading.ts";
import { InvalidValue, UplinkError } from "../errors.ts";
import { SshTransport } from "../router/wire/ssh.ts";
import { declaredBy } from "../uplink/declared.ts";
import { parseWhole } from "../vyos/values.ts";
import { findTarget, isUsage, targetHelp, targetOptions } from "./router-target.ts";

const help = `Usage: npm run capture -- --out FILE.pcap [--seconds 10] [--packets 500] [--stack S]
       npm run capture -- --read FILE.pcap [--stack S]
       npm run capture -- --good FILE.pcap --bad FILE.pcap [--stack S]

  The first captures on the router (tcpdump, the headers only) while the doctor's probes run, and writes FILE.
  The second tells what is in a file, the third lays one of a line that worked beside one of a line that did not.
  All need a stack: it says which CE address, relay and ports are this line's.

  --json         one JSON object
${targetHelp}

Exit status: 0 done, 1 no capture could be had or read, 2 wrong usage or configuration.
`;

const options = {
  ...targetOptions,
  out: { type: "string" },
  read: { type: "string" },
  good: { type: "string" },
  bad: { type: "string" },
  seconds: { type: "string" },
  packets: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const { read, declared } = await findTarget(values);
  if (declared === undefined) throw missing("stack", "name one, beside --host if need be: --stack home");
  // The line is the same in wxr: only there nothing is encapsulated.
  const mape = declaredBy((key) => (key === "uplink" ? "mape" : read(key)));
  const line = ownLine(mape);
  const print = (rows: readonly object[], lines: readonly string[]): void =>
    void process.stdout.write(values.json ? `${JSON.stringify({ rows })}\n` : `${lines.join("\n")}\n`);
  if (values.good !== undefined && values.bad !== undefined) {
    const rows = compareSummaries(summaryOf(values.good, line), summaryOf(values.bad, line));
    const text = rows.filter(({ good, bad }) => good + bad > 0);
    print(
      rows,
      text.map((row) =>
        `${row.what.padEnd(46)}${cell(row.good)}${cell(row.bad)}  ${row.difference ?? ""}`.trimEnd(),
      ),
    );
    return;
  }
  const file = values.read ?? values.out;
  if (file === undefined) throw missing("out", "--out FILE.pcap, --read FILE.pcap, or --good and --bad");
  if (values.read === undefined) writeFileSync(file, await capture(read, mape, values), { mode: 0o600 });
  const rows = summaryOf(file, line);
  const seen = rows.filter(({ count }) => count > 0);
  print(
    rows,
    seen.map(({ what, count, meaning }) => `${what.padEnd(46)}${cell(count)}  ${meaning}`),
  );
}

function cell(count: number): string {
  return String(count).padStart(6);
}

function missing(option: string, remedy: string): InvalidValue {
  return new InvalidValue(`--${option}`, "", "is missing", remedy);
}

/** The doctor's reading runs beside it on a connection of its own: its pings and its TCP connection are what is to be seen. */
async function capture(
  read: Parameters<typeof parseRouterSettings>[0],
  declared: Declared,
  values: Values,
): Promise<Uint8Array> {
  const { ssh } = parseRouterSettings(read);
  const where = `${ssh.host} port ${ssh.port}`;
  if (declared.ngn === undefined)
    throw missing("stack", "pulumi config set ipv6Interface eth1, and ipv6NextHop");
  const bounds = {
    interface: declared.ngn.interface,
    seconds: parseWhole("--seconds", values.seconds ?? 10, 1, 600),
    packets: parseWhole("--packets", values.packets ?? 500, 1, 20_000),
  };
  const running = captureOn(new SshTransport(ssh), where, bounds);
  const probing = readRouter(new SshTransport(ssh), where, questionsOf(declared));
  const [captured] = await Promise.all([running, probing]);
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

function summaryOf(file: string, line: OwnLine): SummaryRow[] {
  try {
    return summarize(parsePcap(new Uint8Array(readFileSync(file))), line);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidValue("capture", file, why, "give a file that npm run capture -- --out wrote");
  }
}

try {
  await main();
} catch (error) {
  if (!isUsage(error) && !(error instanceof UplinkError)) throw error;
  process.stderr.write(`${error.message}\n${isUsage(error) ? `\n${help}` : ""}`);
  process.exitCode = error instanceof UplinkError && error.code !== "INVALID_VALUE" ? 1 : 2;
}
