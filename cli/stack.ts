/**
 * A stack of the user's, read and written by the engine itself: it alone decrypts a configuration and writes the file. No
 * value is printed, for some are secret, and no passphrase is invented.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Given, givenOf } from "../config/given.ts";
import { UplinkError } from "../errors.ts";
import { callEngine, type EngineAnswer } from "../providers/find/call.ts";
import { findEngine } from "../providers/find/find.ts";
import { projectRoot } from "../providers/find/project.ts";
import { note } from "./front-door.ts";

/** The engine could not open the stack: there is none, or its passphrase is missing. */
class StackUnreadable extends UplinkError {
  constructor(stack: string | undefined, words: string) {
    super(
      "STACK_UNREADABLE",
      `Cannot read the configuration of ${stack === undefined ? "the selected stack" : `the stack ${stack}`}: ${words}`,
      "npm run pulumi -- stack select home, set PULUMI_CONFIG_PASSPHRASE, or give --host and --host-key",
    );
  }
}

/** The engine would not make the stack, or not write its configuration. What was written before stays. */
class StackNotWritten extends UplinkError {
  constructor(stack: string, words: string) {
    super(
      "STACK_NOT_WRITTEN",
      `Cannot write the configuration of the stack ${stack}: ${words}`,
      `see that its passphrase is right and its file writable, then run again: npm run pulumi -- config --stack ${stack}`,
    );
  }
}

export function requirePassphrase(): void {
  const { PULUMI_CONFIG_PASSPHRASE: phrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  const local = (process.env.PULUMI_BACKEND_URL || "file:").startsWith("file:");
  if (phrase !== undefined || file !== undefined || !local) return;
  throw new UplinkError(
    "PASSPHRASE_MISSING",
    "Cannot make or open the stack: no passphrase is set for its secrets",
    "export PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, and keep it: the stack cannot be opened without",
  );
}

async function ask(...args: string[]): Promise<EngineAnswer> {
  return callEngine(await findEngine((line) => note(`engine: ${line}`)), args);
}

function named(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}

/** Works from any folder. The default is the stack that is selected. */
export async function readStackConfig(stack: string | undefined): Promise<Given> {
  const entries = Object.entries(await askJson(stack, "config", "--json", "--show-secrets"));
  const values = entries.map(([key, entry]) => [key, isObject(entry) ? entry.value : undefined]);
  return givenOf(Object.fromEntries(values), projectName());
}

function projectName(): string {
  const name = /^name:\s*(\S+)/m.exec(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8"))?.[1];
  return name ?? "vyos-uplink";
}

/** `project/stack`. */
export async function readStackName(stack: string | undefined): Promise<string> {
  const { status, stdout, words } = await ask("stack", "--show-name", ...named(stack));
  if (status !== 0) throw new StackUnreadable(stack, words);
  return `${projectName()}/${stdout.trim().split("/").at(-1)}`;
}

/** What `pulumi stack export` prints. */
export function readStackState(stack: string | undefined): Promise<object> {
  return askJson(stack, "stack", "export");
}

async function askJson(stack: string | undefined, ...args: string[]): Promise<object> {
  const { status, stdout, words } = await ask(...args, ...named(stack));
  if (status !== 0) throw new StackUnreadable(stack, words);
  try {
    const parsed: unknown = JSON.parse(stdout);
    return isObject(parsed) ? parsed : {};
  } catch {
    // The text is not repeated: it may hold a password.
    throw new StackUnreadable(stack, "the engine answered no JSON");
  }
}

export async function stackExists(stack: string): Promise<boolean> {
  const { status, stdout } = await ask("stack", "ls", "--json");
  const listed: unknown = status === 0 ? JSON.parse(stdout) : [];
  const names = Array.isArray(listed) ? listed.map((one) => String(isObject(one) ? one.name : "")) : [];
  return names.some((name) => name === stack || name.split("/").at(-1) === stack);
}

/** Sets the values in one go, in the open; the stack must be there. */
export async function setInStack(
  stack: string | undefined,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const plain = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await insist(stack, "config", "set-all", ...plain, ...named(stack));
}

/** Figures of one line that a stack may hold to check the derived ones: those of another line would be refused. */
const figuresOfLine = [
  ...[
    "borderRelay",
    "aftr",
    "interfaceIdentifier",
    "ceAddress",
    "ceAddressForm",
    "ipv4Address",
    "psid",
    "psidLength",
    "psidOffset",
  ],
  ...["mapRuleIpv6Prefix", "mapRuleIpv4Prefix", "mapRuleEaBits"],
];

/** Makes and selects the stack, and sets the values. Resolves to the keys that were dropped: figures of another line. */
export async function writeStack(
  stack: string,
  values: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  if (!(await stackExists(stack))) await insist(stack, "stack", "init", stack);
  await insist(stack, "stack", "select", stack);
  const before = await readStackConfig(stack);
  const sameLine = (before.delegatedPrefix ?? "") === (values.delegatedPrefix ?? "");
  const dropped = sameLine ? [] : figuresOfLine.filter((key) => before[key] && values[key] === undefined);
  if (dropped.length > 0) await insist(stack, "config", "rm-all", ...dropped, "--stack", stack);
  await setInStack(stack, values);
  return dropped;
}

async function insist(stack: string | undefined, ...args: string[]): Promise<void> {
  const { status, words } = await ask(...args);
  if (status !== 0) throw new StackNotWritten(stack ?? "that is selected", words);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
