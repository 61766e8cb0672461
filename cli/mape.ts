/**
 * The MAP-E calculator on the command line. It reads arguments, files and standard input and prints; it must never reach for
 * a router or the network.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { UplinkError } from "../errors.ts";
import { answer } from "../mape/answer.ts";
import { explain, prefixFields, printPorts } from "../mape/explain.ts";
import { identify, printIdentity } from "../mape/identify.ts";
import { type DerivedLine, deriveLine, type LineSource } from "../mape/line.ts";
import { ownerOfPort } from "../mape/ports.ts";
import { MapRefused } from "../mape/refusal.ts";
import { asObject, readString } from "../mape/rule.ts";

const help = `Usage: npm run mape -- <command> [--json]

  derive <prefix> [line]        what the CE of this line uses
  explain <prefix> [line]       the same, step by step and drawn bit by bit
  port <prefix> <port> [line]   is the port in this line's set, and whose is it?
  identify <address>            whose border relay, CE or line an IPv6 address or prefix is
  batch                         JSON lines {"id","kind","input"} from standard input, answered in order
                                (kinds: derive, lookup, parse, forward, port, s46)

How the line is told, one of:
  --service S      auto (default), biglobe, v6plus, ocn, nuro: the published rule
  --rule R         IPv6 prefix,IPv4 prefix,EA bits,PSID offset[,PSID length,PSID], or JSON
  --hb46pp FILE    the JSON answer of an HB46PP server
  --option94 HEX   DHCPv6 option 94 with its header
and --form draft03|rfc7597, the form of the CE address, where the network uses another than the source says.
Exit status: 0 ok, 1 the input is refused (batch: refusals are in the lines), 2 usage.
`;

/** The command line itself is wrong. Not raised for a value that cannot be right: that is MapRefused. */
class UsageError extends Error {}

type Values = ReturnType<typeof readArguments>["values"];

const lineOptions = ["service", "rule", "hb46pp", "option94"] as const;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [command, ...operands] = positionals;
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  switch (command) {
    case "derive":
      return runDerive(take(operands, 1), values);
    case "explain":
      return runExplain(take(operands, 1), values);
    case "port":
      return runPort(take(operands, 2), values);
    case "identify":
      refuseLine(command, values);
      return runIdentify(take(operands, 1), values);
    case "batch":
      refuseLine(command, values);
      take(operands, 0);
      return runBatch();
    default:
      throw new UsageError(command === undefined ? "no command" : `unknown command ${command}`);
  }
}

function readArguments(args: string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        service: text,
        rule: text,
        hb46pp: text,
        option94: text,
        form: text,
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function refuseLine(command: string, values: Values): void {
  const given = [...lineOptions, "form" as const].find((name) => values[name] !== undefined);
  if (given !== undefined) throw new UsageError(`${command} takes no --${given}`);
}

function take(operands: string[], count: number): string[] {
  if (operands.length === count) return operands;
  throw new UsageError(`${count} operand(s) expected, ${operands.length} given`);
}

function lineOf(prefix: string, values: Values): DerivedLine {
  const given = lineOptions.filter((name) => values[name] !== undefined);
  if (given.length > 1) throw new UsageError(`give one of --${given.join(", --")}`);
  const form = values.form === undefined ? {} : { form: values.form };
  return deriveLine(prefix, { ...sourceOf(values), ...form });
}

function sourceOf({ service, rule, hb46pp, option94 }: Values): LineSource {
  if (rule !== undefined) return { kind: "rule", text: rule };
  if (hb46pp !== undefined) return { kind: "hb46pp", json: readText(hb46pp) };
  if (option94 !== undefined) return { kind: "option94", hex: option94 };
  return { kind: "service", name: service ?? "auto" };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`${file} cannot be read`, { cause });
  }
}

function runDerive([prefix = ""]: string[], values: Values): void {
  const derived = lineOf(prefix, values);
  const { line, result } = derived;
  if (values.json) {
    printJson(derived);
    return;
  }
  const sure = line.confidence === null ? "" : ` (confidence: ${line.confidence})`;
  for (const warning of line.warnings) process.stderr.write(`warning: ${warning}\n`);
  print(
    [
      `line          ${line.source}${sure}`,
      `IPv4          ${result.ipv4}/${result.ipv4PrefixLength} (${result.addressMode})`,
      `PSID          ${result.psid ?? "none"}`,
      `ports         ${printPorts(result)}${result.portCount === null ? "" : ` (${result.portCount})`}`,
      `CE address    ${result.ceAddress[line.ceAddressForm]} (${line.ceAddressForm})`,
      `border relay  ${line.borderRelay ?? "not told by a rule"}`,
    ].join("\n"),
  );
}

function runExplain([prefix = ""]: string[], values: Values): void {
  const { line, result } = lineOf(prefix, values);
  if (values.json) printJson({ line, result, fields: prefixFields(prefix, line.rule, result) });
  else print(explain(prefix, line, result).join("\n"));
}

function runPort([prefix = "", text = ""]: string[], values: Values): void {
  const { result } = lineOf(prefix, values);
  if (!/^[0-9]+$/.test(text)) throw new UsageError(`${JSON.stringify(text)} is not a port number`);
  const port = Number(text);
  const { psid } = result;
  const { inSet, ownerPsid } = ownerOfPort(result, psid, port);
  if (values.json) {
    printJson({ port, inSet, psid, ownerPsid });
    return;
  }
  const own = psid === null ? "not shared" : `PSID ${psid}`;
  const whose = ownerPsid === null ? "no customer's" : `of PSID ${ownerPsid}`;
  print(
    inSet
      ? `port ${port} is in the set of this line (${own})`
      : `port ${port} is not in the set of this line (${own}): it is ${whose}`,
  );
}

function runIdentify([text = ""]: string[], { json }: Values): void {
  const identity = identify(text);
  if (json) printJson(identity);
  else print(printIdentity(text, identity));
}

/** Its answers are JSON with and without --json. */
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

function printJson(value: object): void {
  print(JSON.stringify(value, null, 2));
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
