/**
 * The stack that `npm run init` writes: made when it is not there, its configuration set by the engine itself, which alone
 * writes the stack's file. It must never write a secret, nor invent a passphrase.
 */

import { UplinkError } from "../errors.ts";
import { callEngine } from "../providers/find/call.ts";
import type { Engine } from "../providers/find/find.ts";
import { readStackConfig } from "./stack-config.ts";

/** The engine would not make the stack, or not write its configuration. What was written before stays. */
export class StackNotWritten extends UplinkError {
  constructor(stack: string, words: string) {
    super(
      "STACK_NOT_WRITTEN",
      `Cannot write the configuration of the stack ${stack}: ${words}`,
      `see that its passphrase is right and its file writable, then run again: npm run pulumi -- config --stack ${stack}`,
    );
  }
}

/** Figures of one line that a stack may hold to check the derived ones: those of another line would be refused. */
const figuresOfLine = [
  ...["borderRelay", "ceAddress", "ceAddressForm", "ipv4Address", "psid", "psidLength", "psidOffset"],
  ...["mapRuleIpv6Prefix", "mapRuleIpv4Prefix", "mapRuleEaBits"],
];

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

export function stackExists(engine: Engine, stack: string): boolean {
  const { status, stdout } = callEngine(engine, ["stack", "ls", "--json"]);
  if (status !== 0) return false;
  const listed = JSON.parse(stdout) as readonly { readonly name?: string }[];
  return listed.some(({ name }) => name === stack || name?.split("/").at(-1) === stack);
}

/**
 * Makes and selects the stack, and sets the values in one go. Resolves to the keys that were dropped: when the stack held
 * another line before, its figures.
 */
export async function writeStack(
  engine: Engine,
  stack: string,
  values: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const call = (...args: string[]): void => {
    const { status, words } = callEngine(engine, args);
    if (status !== 0) throw new StackNotWritten(stack, words);
  };
  if (!stackExists(engine, stack)) call("stack", "init", stack);
  call("stack", "select", stack);
  const before = await readStackConfig(stack, () => {});
  const sameLine = (before("delegatedPrefix") ?? "") === (values.delegatedPrefix ?? "");
  const dropped = sameLine ? [] : figuresOfLine.filter((key) => before(key) && values[key] === undefined);
  if (dropped.length > 0) call("config", "rm-all", ...dropped, "--stack", stack);
  const plain = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  call("config", "set-all", ...plain, "--stack", stack);
  return dropped;
}
