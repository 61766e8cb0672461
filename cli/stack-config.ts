/**
 * The configuration of a stack, as the program would read it, without running the program: the engine decrypts it. Must
 * never print a value: some are secrets.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReadConfig } from "../config/router-settings.ts";
import { UplinkError } from "../errors.ts";
import { callEngine } from "../providers/find/call.ts";
import { findEngine, projectRoot } from "../providers/find/find.ts";

/** The engine could not open the stack: there is none, or its passphrase is missing. */
export class StackUnreadable extends UplinkError {
  constructor(stack: string | undefined, words: string) {
    super(
      "STACK_UNREADABLE",
      `Cannot read the configuration of ${stack === undefined ? "the selected stack" : `the stack ${stack}`}: ${words}`,
      "npm run pulumi -- stack select home, set PULUMI_CONFIG_PASSPHRASE, or give --host and --host-key",
    );
  }
}

/** Works from any folder. The default is the stack that is selected. */
export async function readStackConfig(
  stack: string | undefined,
  say: (line: string) => void,
): Promise<ReadConfig> {
  const engine = await findEngine(say);
  const where = stack === undefined ? [] : ["--stack", stack];
  const { status, stdout, words } = callEngine(engine, ["config", "--json", "--show-secrets", ...where]);
  if (status !== 0) throw new StackUnreadable(stack, words);
  return configOf(stdout, stack);
}

function configOf(json: string, stack: string | undefined): ReadConfig {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    // The text is not repeated: it may hold a password.
    throw new StackUnreadable(stack, `the engine answered no JSON (${(cause as Error).name})`);
  }
  const entries = Object.entries((parsed ?? {}) as Record<string, { value?: unknown }>);
  const values = new Map(entries.map(([key, entry]) => [key, entry.value]));
  const project = projectName();
  return (key) => {
    const value = values.get(`${project}:${key}`);
    return value === undefined || value === null ? undefined : String(value);
  };
}

function projectName(): string {
  const text = readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8");
  return /^name:\s*(\S+)/m.exec(text)?.[1] ?? "vyos-uplink";
}
