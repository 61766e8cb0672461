/** Which router a tool means, what is declared for it, by a stack or by options alone, and the way to read it. */

import type { Given } from "../config/given.ts";
import { type RouterSettings, routerSettings } from "../config/router-settings.ts";
import { uplinkConfig } from "../config/uplink-config.ts";
import type { Declared } from "../doctor/declared.ts";
import { declaredByStack } from "../doctor/declared.ts";
import type { Facts } from "../doctor/facts.ts";
import { readRouter } from "../doctor/reading.ts";
import { credentialsOf } from "../router/wire/login.ts";
import { SshTransport } from "../router/wire/ssh.ts";
import { fileNamed, waitFor } from "./front-door.ts";
import { readStackConfig } from "./stack.ts";

/** For a tool's options. */
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
  readonly given: Given;
  readonly settings: RouterSettings;
  /** Undefined without a stack. */
  readonly declared: Declared | undefined;
}

/** Options go before the stack's values; without a stack nothing but them is known. */
export async function findTarget(values: TargetValues): Promise<Target> {
  const alone = values.host !== undefined && values.stack === undefined;
  const stack = alone ? {} : await readStackConfig(values.stack);
  const named = values.host === undefined ? {} : { router: "" };
  const given = { ...stack, ...named, ...routerKeys(values) };
  const settings = routerSettings(given);
  credentialsOf(settings.ssh.login);
  return { given, settings, declared: alone ? undefined : declaredByStack(uplinkConfig(given)) };
}

/** The options as keys of a stack. */
export function routerKeys(values: TargetValues): Readonly<Record<string, string>> {
  const { host, port, user, key } = values;
  return {
    ...(host === undefined ? {} : { routerHost: host }),
    ...(port === undefined ? {} : { routerPort: port }),
    ...(user === undefined ? {} : { routerUser: user }),
    ...(key === undefined ? {} : { routerPrivateKeyFile: fileNamed(key) }),
    ...(values["host-key"] === undefined ? {} : { routerHostKey: values["host-key"] }),
  };
}

export function placeOf({ ssh }: RouterSettings): string {
  return `${ssh.host} port ${ssh.port}`;
}

/** One reading over one connection; it changes nothing there. */
export function readFrom(
  settings: RouterSettings,
  questions: Parameters<typeof readRouter>[2],
): Promise<Facts> {
  const where = placeOf(settings);
  return waitFor(`reading ${where}`, readRouter(new SshTransport(settings.ssh), where, questions));
}
