/**
 * `npm run init`: from a router's address to a stack's configuration. It reads the router, shows each guess with where it was
 * seen, writes the stack and shows the plan. It must never change anything on the router, nor pin a key nobody looked at.
 */

import { parseArgs } from "node:util";
import { parseRouterSettings, type ReadConfig } from "../config/router-settings.ts";
import { readRouter } from "../doctor/reading.ts";
import { UplinkError } from "../errors.ts";
import { type Engine, findEngine } from "../providers/find/find.ts";
import { readHostKey, SshTransport } from "../router/wire/ssh.ts";
import { type Given, ngnInterfaceOf, type Suggestions, suggest } from "../uplink/suggest.ts";
import { parseWhole } from "../vyos/values.ts";
import { askText, askYes } from "./ask.ts";
import { choose } from "./init-choice.ts";
import { requirePassphrase, stackExists, writeStack } from "./init-stack.ts";
import {
  askForPlan,
  openSession,
  operationsOf,
  planText,
  type RouterPlan,
  readStackState,
} from "./router-plan.ts";
import { isUsage } from "./router-target.ts";
import { readStackConfig } from "./stack-config.ts";

const help = `Usage: npm run init -- --host H [--port P] [--user U] [--key FILE] [--stack S] [--yes] [--json]

  Reads the router, shows what it found for each value of the stack's configuration and where, explains the MAP-E
  line, writes the stack, and shows the plan. It changes nothing on the router.

  --host H       address or name of the router; asked for at a terminal
  --port P, --user U, --key FILE   default: 22, vyos, the SSH agent
  --host-key K   the host key that the router must show, as ssh-keygen -lf prints it there
  --stack S      the stack to write, made when it is not there; home by default
  --yes          accept the host key that is shown, and every guess; needed where there is no terminal
  --json         one JSON object: host, port, hostKey, version, values, missing, refusal, written, dropped, plan

Instead of a guess:
  --uplink mape|wxr, --wxr-next-hop A, --ipv6-interface I, --ipv6-next-hop A, --delegated-prefix P, --service S

Exit status: 0 written, or shown only; 1 a host key or stack was refused; 2 wrong usage; 3 the router was not reached.
`;

const text = { type: "string" } as const;
const options = {
  ...{ host: text, port: text, user: text, key: text, "host-key": text, stack: text },
  ...{ uplink: text, "wxr-next-hop": text, "ipv6-interface": text, "ipv6-next-hop": text },
  ...{ "delegated-prefix": text, service: text },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h" },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/** The command line itself is wrong. */
class UsageError extends Error {}

/** Stops here, with what was said already. */
class Declined extends Error {}

interface Found {
  readonly version: string | undefined;
  readonly suggestions: Suggestions;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const note = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const say = values.json ? note : print;
  const stack = values.stack ?? "home";
  const host = values.host ?? (await askText("address or name of the router", ""));
  if (host === "") throw new UsageError("no router: give --host");
  const port = parseWhole("--port", values.port ?? 22, 1, 65_535);
  requirePassphrase();
  const engine = await findEngine((line) => note(`engine: ${line}`));
  const known = stackExists(engine, stack) ? await readStackConfig(stack, note) : () => undefined;
  const hostKey = await agreeOnKey(host, port, values, say);
  const router = routerValues(values, host, port, hostKey);
  const { version, suggestions } = await look((key) => router[key] ?? known(key), values);
  say(`VyOS ${version ?? "of an unknown version"}`);
  const chosen = await choose(suggestions, values, say);
  const agreed = values.yes || (await askYes(`Write this to the stack ${stack}?`));
  const done = agreed ? await write(engine, stack, known, router, chosen) : undefined;
  say(ending(stack, done));
  if (values.json) {
    const refusal = suggestions.refusal ?? null;
    const result = { written: agreed, dropped: done?.dropped ?? [], plan: done?.plan ?? null };
    print(JSON.stringify({ host, port, hostKey, version, ...suggestions, refusal, ...result }));
  }
  return 0;
}

interface Written {
  readonly dropped: readonly string[];
  readonly plan: RouterPlan;
}

/** Refuses before it writes anything: values that no up would take, and a version that no up could serve. */
async function write(
  engine: Engine,
  stack: string,
  known: ReadConfig,
  router: Readonly<Record<string, string>>,
  chosen: Readonly<Record<string, string>>,
): Promise<Written> {
  const ofLine: ReadConfig = known("delegatedPrefix") === chosen.delegatedPrefix ? known : () => undefined;
  operationsOf((key) => chosen[key] ?? router[key] ?? ofLine(key), []);
  await (await openSession(parseRouterSettings((key) => router[key] ?? known(key)))).close();
  const dropped = await writeStack(engine, stack, { ...router, ...chosen });
  const plan = await askForPlan(await readStackConfig(stack, note), await readStackState(stack, note));
  return { dropped, plan };
}

async function agreeOnKey(
  host: string,
  port: number,
  values: Values,
  say: (line: string) => void,
): Promise<string> {
  const { type, fingerprint } = await readHostKey(host, port, 15);
  say(`${host} port ${port} shows the host key ${type} ${fingerprint}`);
  const expected = values["host-key"];
  if (expected !== undefined) {
    if (expected === fingerprint) return fingerprint;
    throw new Declined(`it is not the key that was given: ${expected}; nothing was sent and nothing written`);
  }
  const question = "Is that what ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints on its console?";
  if (values.yes || (await askYes(question))) return fingerprint;
  throw new Declined(
    "not accepted, so nothing was sent and nothing written; to accept it: --yes, or --host-key",
  );
}

function routerValues(
  { user, key }: Values,
  host: string,
  port: number,
  hostKey: string,
): Readonly<Record<string, string>> {
  return {
    routerHost: host,
    routerPort: String(port),
    routerHostKey: hostKey,
    ...(user === undefined ? {} : { routerUser: user }),
    ...(key === undefined ? {} : { routerPrivateKeyFile: key }),
  };
}

function given(values: Values): Given {
  const flags = {
    uplink: values.uplink,
    wxrNextHop: values["wxr-next-hop"],
    ipv6Interface: values["ipv6-interface"],
    ipv6NextHop: values["ipv6-next-hop"],
    delegatedPrefix: values["delegated-prefix"],
    service: values.service,
  };
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

/** All routers of a link (RFC 4291 section 2.7.1): a gateway that nobody knows yet answers there. */
const allRouters = "ff02::2";

async function look(read: ReadConfig, values: Values): Promise<Found> {
  const { ssh } = parseRouterSettings(read);
  const facts = await readRouter(new SshTransport(ssh), `${ssh.host} port ${ssh.port}`, (running) => {
    const device = values["ipv6-interface"] ?? ngnInterfaceOf(running);
    return device === undefined ? {} : { ngn: { interface: device, gateway: allRouters } };
  });
  return { version: facts.version, suggestions: suggest(facts, given(values)) };
}

function ending(stack: string, done: Written | undefined): string {
  if (done === undefined) return "Nothing was written; to write it: --yes";
  const { dropped, plan } = done;
  return [
    `The stack ${stack} is written.`,
    ...(dropped.length === 0 ? [] : [`Dropped, for they were of another line: ${dropped.join(", ")}`]),
    "",
    planText(plan),
    "",
    "Next: npm run pulumi -- up",
  ].join("\n");
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof UsageError || isUsage(error);
  if (!usage && !(error instanceof Declined) && !(error instanceof UplinkError)) throw error;
  note(`${error.message}${usage ? `\n\n${help}` : ""}`);
  process.exitCode = statusOf(error);
}

function statusOf(error: Error): number {
  if (error instanceof Declined) return 1;
  if (!(error instanceof UplinkError)) return 2;
  if (/^STACK_/.test(error.code)) return 1;
  const here = ["INVALID_VALUE", "PASSPHRASE_MISSING", "ENGINE_NOT_FOUND"];
  return here.includes(error.code) || /^[a-z]/.test(error.code) ? 2 : 3;
}
