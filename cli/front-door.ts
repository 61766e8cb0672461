/** What every tool does the same way: its help, its command line, a refusal printed once, and the status it ends with. */

import { resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { UplinkError } from "../errors.ts";

/** The statuses of all tools; what 0 and 1 mean in particular stands in each one's help. */
export const exitStatus = {
  done: 0,
  /** It was done, and says that something is wrong; or somebody said no. */
  wrong: 1,
  /** The command line, the configuration or the stack cannot be used. */
  usage: 2,
  /** The router was not reached, or refused what was asked. */
  unreached: 3,
  /** A fault of this program. EX_SOFTWARE of sysexits.h. */
  fault: 70,
  /** Ctrl-C, as a shell tells it. */
  interrupted: 130,
} as const;

/** Whatever is refused for another reason than these is the router's. */
const statusOfCode: Readonly<Record<string, number>> = {
  INVALID_VALUE: exitStatus.usage,
  PASSPHRASE_MISSING: exitStatus.usage,
  ENGINE_NOT_FOUND: exitStatus.usage,
  STACK_UNREADABLE: exitStatus.usage,
  STACK_NOT_WRITTEN: exitStatus.wrong,
  NOT_ACCEPTED: exitStatus.wrong,
  INTERRUPTED: exitStatus.interrupted,
};

/** The last lines of a tool's help. */
export function exitHelp(done: string, wrong: string): string {
  const others = "2 wrong usage or configuration, 3 the router was not reached";
  return `Exit status: 0 ${done}, 1 ${wrong}, ${others}.`;
}

/** The command line itself is wrong: the help is shown with it. Not raised for a value that is refused: that is InvalidValue. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;

const common = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

type Parsed<Own extends Options> = ReturnType<
  typeof parseArgs<{ options: Own & typeof common; allowPositionals: true }>
>;
export type Values<Own extends Options> = Parsed<Own>["values"];

export interface Tool<Own extends Options> {
  readonly help: string;
  /** Beside --json and --help, which all have. */
  readonly options: Own;
  /** Names of the words that are no options, for those who take any. */
  readonly operands?: string;
  /** What a refusal by a rule of MAP-E ends with; a wrong configuration otherwise. */
  readonly refused?: number;
  /** Resolves to the exit status. */
  readonly main: (values: Values<Own>, operands: readonly string[]) => Promise<number>;
}

/** Runs a tool with this process's arguments. Nothing that it throws reaches the terminal as a stack trace. */
export async function enter<const Own extends Options>(tool: Tool<Own>): Promise<void> {
  const args = process.argv.slice(2);
  // A reader that has seen enough, such as head, is no fault.
  process.stdout.on("error", () => process.exit(exitStatus.done));
  try {
    const options = { ...common, ...tool.options };
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (args.includes("--help") || args.includes("-h")) print(tool.help);
    else if (positionals.length > 0 && tool.operands === undefined)
      throw new UsageError(`Unexpected argument '${positionals[0]}'`);
    else process.exitCode = await tool.main(values, positionals);
  } catch (error) {
    process.exitCode = refuse(error, tool.help, {
      refused: tool.refused ?? exitStatus.usage,
      form: args.includes("--json") ? "json" : "text",
    });
  }
}

interface Manner {
  readonly refused: number;
  readonly form: "json" | "text";
}

/** With --json a refusal is the answer, and stands where the answer would. */
function refuse(error: unknown, help: string, { refused, form }: Manner): number {
  const { code, message, remedy, status } = refusalOf(error, refused);
  if (form === "json") print(JSON.stringify({ error: { code, message: message.split("\n")[0], remedy } }));
  else
    note(status === exitStatus.usage && !(error instanceof UplinkError) ? `${message}\n\n${help}` : message);
  if (process.env.VYOS_UPLINK_TRACE && error instanceof Error) note(error.stack ?? "");
  return status;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly status: number;
}

function refusalOf(error: unknown, refused: number): Refusal {
  if (error instanceof UplinkError) {
    const { code, message, remedy } = error;
    const byRule = /^[a-z]/.test(code);
    return { code, message, remedy, status: byRule ? refused : (statusOfCode[code] ?? exitStatus.unreached) };
  }
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof UsageError || known.startsWith("ERR_PARSE_ARGS"))
    return { code: "USAGE", message, remedy: "see --help", status: exitStatus.usage };
  // What the system refuses names its own subject: a file, a port.
  if (/^E[A-Z]+$/.test(known))
    return { code: known, message, remedy: "see the path or port that it names", status: exitStatus.usage };
  const remedy = "run it again with VYOS_UPLINK_TRACE=1, and report what it prints";
  const fault = `This is a fault of the program: ${message}\n  remedy: ${remedy} [FAULT]`;
  return { code: "FAULT", message: fault, remedy, status: exitStatus.fault };
}

/** A checkout runs its tools by npm's scripts, an installed package by its own name; what only a checkout has stays as it is. */
const asTyped = import.meta.filename.endsWith(".ts")
  ? (text: string) => text
  : (text: string) =>
      text.replace(
        /\bnpm run (?!demo|test|bench|lab|check|fix|size)([a-z-]+)( --(?= ))?/g,
        "npx vyos-uplink $1",
      );

export function print(text: string): void {
  process.stdout.write(asTyped(text.endsWith("\n") ? text : `${text}\n`));
}

/** To standard error: standard output may be JSON. */
export function note(text: string): void {
  process.stderr.write(asTyped(text.endsWith("\n") ? text : `${text}\n`));
}

/** Milliseconds that a person waits without wondering. */
const patience = 1000;

/** Says to somebody at a terminal what is being waited for, when it takes long enough to wonder. */
export async function waitFor<Result>(what: string, work: Promise<Result>): Promise<Result> {
  if (process.stderr.isTTY !== true) return work;
  const timer = setTimeout(() => note(`${what} ...`), patience);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** A path as the user meant it: npm runs tools in the project's folder, and says where it was called from. */
export function fileNamed(path: string): string {
  return resolve(process.env.INIT_CWD ?? ".", path);
}

export function wantsColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR;
}
