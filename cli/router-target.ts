/**
 * Which router a tool means, and what is declared for it: by a stack, or by options alone. Must never print what it reads.
 */

import type { ReadConfig } from "../config/router-settings.ts";
import type { Declared } from "../doctor/declared.ts";
import { declaredBy } from "../uplink/declared.ts";
import { readStackConfig } from "./stack-config.ts";

/** For parseArgs(). */
export const targetOptions = {
  stack: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  user: { type: "string" },
  key: { type: "string" },
  "host-key": { type: "string" },
} as const;

export const targetHelp = `  --stack S      the stack that says which router and what is declared; default: the selected one
  --host H       no stack: this router, compared with its own configuration only
  --host-key K   the host key that is pinned, as ssh-keygen -lf prints it
  --port P, --user U, --key FILE   default: 22, vyos, the SSH agent. With --stack they take the stack's place`;

export type TargetValues = { readonly [option in keyof typeof targetOptions]?: string | undefined };

export interface Target {
  readonly read: ReadConfig;
  /** Undefined without a stack. */
  readonly declared: Declared | undefined;
}

/** Options go before the stack's values; without a stack nothing but them is known. */
export async function findTarget(values: TargetValues): Promise<Target> {
  const say = (line: string): void => void process.stderr.write(`engine: ${line}\n`);
  const alone = values.host !== undefined && values.stack === undefined;
  const stack: ReadConfig = alone ? () => undefined : await readStackConfig(values.stack, say);
  const given: Readonly<Record<string, string | undefined>> = {
    routerHost: values.host,
    routerPort: values.port,
    routerUser: values.user,
    routerPrivateKeyFile: values.key,
    routerHostKey: values["host-key"],
  };
  const read: ReadConfig = (key) => given[key] ?? stack(key);
  return { read, declared: alone ? undefined : declaredBy(read) };
}

/** Prints a refusal of the command line or of the configuration, and says what status the tool ends with. */
export function isUsage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
