/**
 * The data-plane lab on the command line: measures in network namespaces what the NAPT rules of this program carry, and prints
 * it. It must never speak to a router. Where namespaces cannot be made it says why, and that is no failure.
 */

import { parseArgs } from "node:util";
import { uplinkKeys } from "../../config/keys.ts";
import { UplinkError } from "../../errors.ts";
import { parseWhole } from "../../vyos/values.ts";
import { fullPlan, measure, type Report } from "./measure.ts";
import { whyNot } from "./namespaces.ts";
import { type Mode, modes } from "./rulesets.ts";

const standardWidth = String(uplinkKeys.natStripeWidth.standard);

const help = `Usage: npm run lab:napt -- [--width N] [--quick] [--json]

  --width N   client ports to a stripe (default ${standardWidth}, as natStripeWidth)
  --quick     few flows, to see that it works
  --json      nothing but one line of JSON
Needs root, iproute2, nftables and ping; without them it says so and ends with status 0.
Exit status: 0 measured or skipped, 1 a value that cannot be right, 2 wrong usage, 130 stopped.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      width: { type: "string", default: standardWidth },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return print(help.trimEnd());
  const stripeWidth = parseWhole("--width", values.width, 1, 4096);
  const skipped = whyNot();
  if (skipped !== undefined) {
    if (!values.json) print(`skipped: ${skipped}`);
    return print(JSON.stringify({ skipped }));
  }
  const sizes = values.quick ? { wanted: [16, 48], ocnWanted: [96], pings: 4 } : fullPlan;
  const report = await measure({ ...sizes, stripeWidth }, stopSignal());
  if (!values.json) print(table(report));
  print(JSON.stringify(report));
}

/** Ctrl-C stops the measurement, which then takes its namespaces away. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort(new Stopped(name)));
  }
  return controller.signal;
}

/** Somebody ended the run; the namespaces are gone. */
class Stopped extends Error {}

function table(report: Report): string {
  const row = (name: string, cell: (mode: Mode) => string): string =>
    [name.padEnd(38), ...modes.map((mode) => cell(mode).padStart(9))].join("");
  const counts = (name: string, of: (mode: Mode) => Readonly<Record<string, number>>): string[] =>
    Object.keys(of("first")).map((wanted) =>
      row(`${name}, ${wanted} wanted`, (mode) => `${of(mode)[wanted]}`),
    );
  const only = (counted: Readonly<Record<string, number>>): string =>
    Object.entries(counted)
      .map(([wanted, open]) => `${open} of ${wanted}`)
      .join();
  return [
    `Flows held open at once to one destination; stripes of ${report.stripeWidth} client ports`,
    row("", (mode) => mode),
    ...counts("TCP, a Linux client", (mode) => report[mode].linux),
    ...counts("TCP, random ports", (mode) => report[mode].random),
    ...counts("TCP, five Linux clients", (mode) => report[mode].several),
    ...counts("UDP, a Linux client", (mode) => report.udp[mode]),
    ...counts("OCN, TCP, a Linux client", (mode) => report.ocn[mode].linux),
    row(`echo requests answered, of ${report.icmp.first.sent}`, (mode) => `${report.icmp[mode].answered}`),
    row("echo requests dropped at the BR", (mode) => `${report.icmp[mode].droppedAtBorderRelay}`),
    row("packets of 8 forgotten flows dropped", (mode) => `${report.forgotten[mode]}`),
    `the router's own TCP flows: ${only(report.router)}; to a forwarded port: ${only(report.inbound)}`,
    `TCP and UDP packets dropped at the border relay: ${report.droppedAtBorderRelay}`,
    report.carrier === "ip6tnl"
      ? "carried as IPv4 in IPv6 by the kernel"
      : "carried over a plain link: this kernel has no IPv4-in-IPv6 tunnel",
    `${report.seconds} s`,
  ].join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  if (error instanceof Stopped) {
    process.stderr.write(`stopped by ${error.message}\n`);
    process.exitCode = 130;
  } else if (error instanceof UplinkError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else if (error instanceof TypeError && "code" in error) {
    process.stderr.write(`${error.message}\n\n${help}`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
