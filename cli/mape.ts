/**
 * The MAP-E calculator on the command line. It reads arguments, files and standard input and prints; it must never reach for
 * a router or the network.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { UplinkError } from "../errors.ts";
import { answer } from "../mape/answer.ts";
import { parseCeAddressForm } from "../mape/ce-address.ts";
import { explain, prefixFields, printPorts } from "../mape/explain.ts";
import { identify, printIdentity } from "../mape/identify.ts";
import { type Line, lineOf } from "../mape/line.ts";
import { ownerOfPort } from "../mape/ports.ts";
import { asObject, parseJson, parseRuleText, readString } from "../mape/rule.ts";
import { parseServiceName } from "../mape/services.ts";

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

function readLine(delegatedPrefix: string, values: Values): Line {
  const given = lineOptions.filter((name) => values[name] !== undefined);
  if (given.length > 1) throw new UsageError(`give one of --${given.join(", --")}`);
  const ceAddressForm = values.form === undefined ? undefined : parseCeAddressForm(values.form);
  return lineOf({ ...sourceOf(delegatedPrefix, values), given: { ceAddressForm } });
}

function sourceOf(delegatedPrefix: string, { service, rule, hb46pp, option94 }: Values) {
  if (rule !== undefined) return { kind: "rule", delegatedPrefix, rule: parseRuleText(rule) } as const;
  if (hb46pp !== undefined) return { kind: "hb46pp", delegatedPrefix, answer: readText(hb46pp) } as const;
  if (option94 !== undefined) return { kind: "option94", delegatedPrefix, option: option94 } as const;
  return { kind: "service", delegatedPrefix, service: parseServiceName(service ?? "auto") } as const;
}

/** Programs read these fields: their names stay. */
function lineJson({ source, service, rule, borderRelay, form, warnings }: Line): object {
  const { id, service: name, region, confidence } = service ?? unnamed;
  return { source, service: name, region, id, rule, borderRelay, ceAddressForm: form, confidence, warnings };
}

const unnamed = { id: null, service: null, region: null, confidence: null };

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`${file} cannot be read`, { cause });
  }
}

function runDerive([prefix = ""]: string[], values: Values): void {
  const line = readLine(prefix, values);
  const { derivation: result, service } = line;
  if (values.json) {
    printJson({ line: lineJson(line), result });
    return;
  }
  for (const warning of line.warnings) process.stderr.write(`warning: ${warning}\n`);
  print(
    [
      `line          ${line.source}${service === null ? "" : ` (confidence: ${service.confidence})`}`,
      `IPv4          ${result.ipv4}/${result.ipv4PrefixLength} (${result.addressMode})`,
      `PSID          ${result.psid ?? "none"}`,
      `ports         ${printPorts(result)}${result.portCount === null ? "" : ` (${result.portCount})`}`,
      `CE address    ${line.ceAddress} (${line.form})`,
      `border relay  ${line.borderRelay ?? "not told by a rule"}`,
    ].join("\n"),
  );
}

function runExplain([prefix = ""]: string[], values: Values): void {
  const line = readLine(prefix, values);
  if (values.json) {
    const { rule, derivation: result, endUserPrefix } = line;
    printJson({ line: lineJson(line), result, fields: prefixFields(endUserPrefix, rule, result) });
  } else print(explain(line).join("\n"));
}

function runPort([prefix = "", text = ""]: string[], values: Values): void {
  if (!/^[0-9]+$/.test(text)) throw new UsageError(`${JSON.stringify(text)} is not a port number`);
  const { psid, layout } = readLine(prefix, values);
  const port = Number(text);
  const { inSet, ownerPsid } = ownerOfPort(layout, psid, port);
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
    const question = asObject(parseJson(line, "the line"), "the line");
    id = question.id ?? null;
    return { id, output: answer(readString(question, "kind"), question.input) };
  } catch (error) {
    if (!(error instanceof UplinkError)) throw error;
    return { id, error: { code: error.code, message: error.message } };
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
