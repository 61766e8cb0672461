/**
 * The MAP-E calculator on the command line. It reads arguments and standard input and prints; it must never reach for
 * a router or the network.
 */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { answer } from "../mape/answer.ts";
import { derive } from "../mape/derive.ts";
import { explain, printPorts } from "../mape/explain.ts";
import { ownerOfPort } from "../mape/ports.ts";
import { parseAddress6, parsePrefix6 } from "../mape/prefix.ts";
import { MapRefused } from "../mape/refusal.ts";
import { asObject, readString } from "../mape/rule.ts";
import { findServiceLine, findSpace, parseServiceName, whoseBorderRelay } from "../mape/services.ts";
import { UplinkError } from "../vyos/errors.ts";

const help = `Usage: npm run mape -- <command>

  derive <prefix> [--service S] [--json]   what the CE of this line uses
  explain <prefix> [--service S]           the same, step by step
  port <prefix> <port> [--service S]       is the port in this line's set, and whose is it?
  identify <address>                       whose border relay, or whose line, an IPv6 address or prefix is
  batch                                    JSON lines {"id","kind","input"} from standard input, answered in order
                                           (kinds: derive, lookup, parse, forward, port, s46)

  S: auto (default), biglobe, v6plus, ocn, nuro
Exit status: 0 ok, 1 the input is refused (batch: refusals are in the lines), 2 usage.
`;

/** The command line itself is wrong. Not raised for a value that cannot be right: that is MapRefused. */
class UsageError extends Error {}

interface Options {
  readonly service: string;
  readonly json: boolean;
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [command, ...operands] = positionals;
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const options = { service: values.service ?? "auto", json: values.json ?? false };
  checkOptions(command, values);
  switch (command) {
    case "derive":
      return runDerive(take(operands, 1), options);
    case "explain":
      return runExplain(take(operands, 1), options);
    case "port":
      return runPort(take(operands, 2), options);
    case "identify":
      return runIdentify(take(operands, 1));
    case "batch":
      take(operands, 0);
      return runBatch();
    default:
      throw new UsageError(command === undefined ? "no command" : `unknown command ${command}`);
  }
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        service: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function checkOptions(command: string | undefined, values: { service?: string; json?: boolean }): void {
  if (values.json !== undefined && command !== "derive") throw new UsageError("--json is of derive only");
  if (values.service !== undefined && (command === "identify" || command === "batch")) {
    throw new UsageError(`${command} takes no --service`);
  }
}

function take(operands: string[], count: number): string[] {
  if (operands.length === count) return operands;
  throw new UsageError(`${count} operand(s) expected, ${operands.length} given`);
}

function lineOf([prefix = ""]: string[], { service }: Options) {
  const line = findServiceLine(prefix, parseServiceName(service));
  return { prefix, line, result: derive(line.rule, prefix) };
}

function runDerive(operands: string[], options: Options): void {
  const { line, result } = lineOf(operands, options);
  if (options.json) {
    print(JSON.stringify({ line, result }, null, 2));
    return;
  }
  for (const warning of line.warnings) process.stderr.write(`warning: ${warning}\n`);
  print(
    [
      `service       ${line.service}, ${line.region} (confidence: ${line.confidence})`,
      `IPv4          ${result.ipv4}/${result.ipv4PrefixLength} (${result.addressMode})`,
      `PSID          ${result.psid ?? "none"}`,
      `ports         ${printPorts(result)}${result.portCount === null ? "" : ` (${result.portCount})`}`,
      `CE address    ${result.ceAddress[line.ceAddressForm]} (${line.ceAddressForm})`,
      `border relay  ${line.borderRelay}`,
    ].join("\n"),
  );
}

function runExplain(operands: string[], options: Options): void {
  const { prefix, line, result } = lineOf(operands, options);
  print(explain(prefix, line, result).join("\n"));
}

function runPort([prefix = "", text = ""]: string[], options: Options): void {
  const { result } = lineOf([prefix], options);
  const port = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(port)) throw new UsageError(`${JSON.stringify(text)} is not a port number`);
  const { inSet, ownerPsid } = ownerOfPort(result, result.psid, port);
  const own = result.psid === null ? "not shared" : `PSID ${result.psid}`;
  const whose = ownerPsid === null ? "no customer's" : `of PSID ${ownerPsid}`;
  print(
    inSet
      ? `port ${port} is in the set of this line (${own})`
      : `port ${port} is not in the set of this line (${own}): it is ${whose}`,
  );
}

function runIdentify([text = ""]: string[]): void {
  print(`${text} is ${identify(text)}`);
}

function identify(text: string): string {
  const isPrefix = text.includes("/");
  const relay = isPrefix ? undefined : whoseBorderRelay(text);
  if (relay !== undefined) return `the border relay of ${relay.service}, ${relay.region}`;
  const space = findSpace(isPrefix ? parsePrefix6(text) : { bits: parseAddress6(text), length: 128 });
  if (space !== undefined) return `a line of ${space.service}, ${space.region} (${space.mechanism})`;
  throw new MapRefused(
    "unknown-prefix",
    `${text} is neither a known border relay nor in a known service's address space`,
    "check the address; the table holds the Japanese services of mape/rules.json only",
  );
}

async function runBatch(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== "") print(JSON.stringify(answerLine(line)));
  }
}

function answerLine(line: string): object {
  let id: unknown = null;
  try {
    const question = asObject(parseJson(line), "the line");
    id = question.id ?? null;
    return { id, output: answer(readString(question, "kind"), question.input) };
  } catch (error) {
    if (!(error instanceof UplinkError)) throw error;
    return { id, error: { code: error.code, message: error.message } };
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new MapRefused("malformed-input", "the line is not JSON", "give one JSON object per line");
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${help}`);
    process.exitCode = 2;
  } else if (error instanceof UplinkError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
