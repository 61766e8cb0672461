/**
 * Shows the host key of a router and pins it in the stack's configuration. It must never pin a key that nobody looked at,
 * and never send a credential: the connection ends when the key is known.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { UplinkError } from "../errors.ts";
import { readHostKey } from "../router/wire/ssh.ts";
import { parseWhole } from "../vyos/values.ts";

const help = `Usage: npm run trust -- <host> [--port N] [--stack S] [--yes] [--json]

  Shows the SSH host key of the router. When you say that it is the router's own, it is pinned:
  pulumi config set routerHostKey SHA256:...

  Compare it with what the router prints on its console:
    ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub

  --port N    TCP port of the router's SSH server, 22 by default
  --stack S   the stack to write to; the selected one by default
  --yes       pin it without asking; needed where there is no terminal
  --json      the last line is {"host","port","type","fingerprint","pinned"}
Exit status: 0 shown, 1 the router could not be asked or the key not written, 2 usage.
`;

/** The command line itself is wrong. */
class UsageError extends Error {}

interface Options {
  readonly host: string;
  readonly port: number;
  readonly stack: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Undefined: only help was asked for. */
function readOptions(args: string[]): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: "string" },
        stack: { type: "string" },
        yes: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return undefined;
    const [host, ...more] = positionals;
    if (host === undefined || more.length > 0 || !/^[A-Za-z0-9.:_-]+$/.test(host)) {
      throw new UsageError("one host is expected");
    }
    const port = parseWhole("--port", values.port ?? 22, 1, 65_535);
    return { host, port, stack: values.stack, yes: values.yes ?? false, json: values.json ?? false };
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(help);
    return 0;
  }
  const { host, port } = options;
  const { type, fingerprint } = await readHostKey(host, port, 15);
  process.stdout.write(`${host} port ${port} shows ${type} ${fingerprint}\n`);
  const agreed = options.yes || (await ask());
  const written = agreed && pin(fingerprint, options.stack);
  if (!agreed) process.stdout.write(`not pinned; to pin it: npm run trust -- ${host} --yes\n`);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ host, port, type, fingerprint, pinned: written })}\n`);
  }
  return agreed && !written ? 1 : 0;
}

async function ask(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const line = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await line.question("Is that what ssh-keygen -lf prints on the router's console? [y/N] ");
  line.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** By the engine itself, which alone writes the stack's file. */
function pin(fingerprint: string, stack: string | undefined): boolean {
  const engine = resolve(import.meta.dirname, "../providers/find/run.ts");
  const where = stack === undefined ? [] : ["--stack", stack];
  const args = [engine, "config", "set", "routerHostKey", fingerprint, ...where];
  const { status } = spawnSync(process.execPath, args, { stdio: ["inherit", "inherit", "inherit"] });
  if (status === 0) process.stdout.write(`pinned: routerHostKey ${fingerprint}\n`);
  return status === 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof UplinkError)) throw error;
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${help}` : `${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
