/** `npm run mape`: the MAP-E calculator. It reads arguments, files and standard input and prints; no router, no network. */

import { createInterface } from "node:readline";
import { UplinkError } from "../errors.ts";
import { answer } from "../mape/answer.ts";
import { explain, prefixFields } from "../mape/explain.ts";
import { identify, printIdentity } from "../mape/identify.ts";
import { ownerOfPort } from "../mape/ports.ts";
import { asObject, parseJson, readString } from "../mape/rule.ts";
import { enter, exitStatus, note, print, UsageError } from "./front-door.ts";
import { type LineValues, lineJson, lineOptions, lineText, portText, readLine } from "./mape-line.ts";

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

/** Each prints its answer as an object or as text. */
const commands: Readonly<Record<string, (operands: readonly string[], values: LineValues) => Shown>> = {
  derive: ([prefix = ""], values) => {
    const line = readLine(prefix, values);
    if (!values.json) for (const warning of line.warnings) note(`warning: ${warning}`);
    return { object: { line: lineJson(line), result: line.derivation }, text: () => lineText(line) };
  },
  explain: ([prefix = ""], values) => {
    const line = readLine(prefix, values);
    const { rule, derivation: result, endUserPrefix } = line;
    const fields = prefixFields(endUserPrefix, rule, result);
    return { object: { line: lineJson(line), result, fields }, text: () => explain(line).join("\n") };
  },
  port: ([prefix = "", text = ""], values) => {
    if (!/^[0-9]+$/.test(text)) throw new UsageError(`${JSON.stringify(text)} is not a port number`);
    const { psid, layout } = readLine(prefix, values);
    const { inSet, ownerPsid } = ownerOfPort(layout, psid, Number(text));
    const found = { port: Number(text), inSet, psid, ownerPsid };
    return { object: found, text: () => portText(found) };
  },
  identify: ([text = ""], values) => {
    refuseLine("identify", values);
    const identity = identify(text);
    return { object: identity, text: () => printIdentity(text, identity) };
  },
};

interface Shown {
  readonly object: object;
  readonly text: () => string;
}

await enter({
  help,
  operands: "<command> ...",
  options: lineOptions,
  refused: exitStatus.wrong,
  main: async (values, [name, ...operands]) => {
    const expected = name === "batch" ? 0 : name === "port" ? 2 : 1;
    const command = name === undefined ? undefined : commands[name];
    if (command === undefined && name !== "batch")
      throw new UsageError(name === undefined ? "no command" : `unknown command ${name}`);
    if (operands.length !== expected)
      throw new UsageError(`${expected} operand(s) expected, ${operands.length} given`);
    if (command === undefined) {
      refuseLine("batch", values);
      await runBatch();
    } else {
      const { object, text } = command(operands, values);
      print(values.json ? JSON.stringify(object, null, 2) : text());
    }
    return exitStatus.done;
  },
});

function refuseLine(command: string, values: LineValues): void {
  const options = ["service", "rule", "hb46pp", "option94", "form"] as const;
  const unused = options.find((name) => values[name] !== undefined);
  if (unused !== undefined) throw new UsageError(`${command} takes no --${unused}`);
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
