/** `npm run mape`: the MAP-E calculator. It reads arguments, files and standard input and prints; no router, no network. */

import { createInterface } from "node:readline";
import { UplinkError } from "../errors.ts";
import { answer } from "../mape/answer.ts";
import { explain, prefixFields } from "../mape/explain.ts";
import { identify, printIdentity } from "../mape/identify.ts";
import { ownerOfPort } from "../mape/ports.ts";
import { printOffer, readProvisioning } from "../mape/provisioning.ts";
import { asObject, parseJson, readString } from "../mape/rule.ts";
import { dsLiteLineOf, fixedIpLineOf } from "../mape/softwire.ts";
import { enter, exitStatus, note, print, UsageError } from "./front-door.ts";
import {
  type LineValues,
  lineJson,
  lineOptions,
  lineText,
  portText,
  readLine,
  readText,
  softwireText,
} from "./mape-line.ts";

const help = `Usage: npm run mape -- <command> [--json]

  derive <prefix> [line]        what the CE of this line uses
  explain <prefix> [line]       the same, step by step and drawn bit by bit
  port <prefix> <port> [line]   is the port in this line's set, and whose is it?
  fixed-ip <prefix> <IPv4[/29]> <relay>   the tunnel of a fixed-IP contract (uplink ipip)
  ds-lite <prefix> [AFTR]       the tunnel of a DS-Lite line (uplink dslite)
  offers <FILE>                 what the answer of a provisioning server offers (HB46PP, JPNE's, OCN's)
  identify <address>            whose relay, AFTR, CE or line an address is, also IPv4:port
  batch                         JSON lines {"id","kind","input"} from standard input, answered in order
                                (kinds: derive, lookup, parse, forward, port, s46)

How the line is told, one of:
  --service S      auto (default), biglobe, v6plus, ocn, nuro: the published rule
  --rule R         IPv6 prefix,IPv4 prefix,EA bits,PSID offset[,PSID length,PSID], or JSON
  --hb46pp FILE    the answer of a provisioning server
  --option94 HEX   DHCPv6 option 94 with its header, or - for a dump on standard input
and --form draft03|rfc7597, the form of the CE address, where the network uses another than the source says;
--accept-predicted takes a rule that no line was seen to use; --identifier ::c6:3364:c800:0 is for fixed-ip.
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
  "fixed-ip": ([delegatedPrefix = "", ipv4Address, relay], { identifier }) => {
    const line = fixedIpLineOf({ delegatedPrefix, ipv4Address, relay, identifier });
    return { object: line, text: () => softwireText(line) };
  },
  "ds-lite": ([delegatedPrefix = "", aftr]) => {
    const line = dsLiteLineOf({ delegatedPrefix, aftr });
    return { object: line, text: () => softwireText(line) };
  },
  offers: ([file = ""]) => {
    const read = readProvisioning(readText(file));
    const head = `${read.service || "the server"} (${read.format}) offers:`;
    return { object: read, text: () => [head, ...read.offers.map(printOffer)].join("\n") };
  },
  identify: ([text = ""], values) => {
    refuseLine("identify", values);
    const identity = identify(text);
    return { object: identity, text: () => printIdentity(text, identity) };
  },
};

/** How many operands a command takes at least and at most; one where none is named here. */
const counts: Readonly<Record<string, readonly [number, number]>> = {
  batch: [0, 0],
  port: [2, 2],
  "fixed-ip": [1, 3],
  "ds-lite": [1, 2],
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
    const [least, most] = counts[name ?? ""] ?? [1, 1];
    const command = name === undefined ? undefined : commands[name];
    if (command === undefined && name !== "batch")
      throw new UsageError(name === undefined ? "no command" : `unknown command ${name}`);
    if (operands.length < least || operands.length > most)
      throw new UsageError(`${least} operand(s) expected, ${operands.length} given`);
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
