/**
 * `npm run pulumi -- <arguments>`: the engine, found and started in the project, with this terminal.
 * It must never invent a passphrase, nor read or print one.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { UplinkError } from "../../errors.ts";
import { stateBackend } from "./backend.ts";
import { engineEnvironment, findEngine } from "./find.ts";
import { projectRoot } from "./project.ts";
import { removeStaleLocks } from "./stale-lock.ts";

/** The commands that open a stack, and so its secrets. */
const OPENS_STACK = new Set(["up", "update", "preview", "pre", "refresh", "destroy", "import", "watch"]);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UplinkError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(args: readonly string[]): Promise<number> {
  const backend = stateBackend();
  requirePassphrase(args, backend);
  const engine = await findEngine((line) => console.error(`engine: ${line}`));
  for (const holder of await removeStaleLocks(backend)) {
    console.error(`engine: removed the lock of a run that was cut off (${holder})`);
  }
  const child = spawn(engine.command, args, {
    cwd: projectRoot,
    env: { ...engineEnvironment(engine), PULUMI_BACKEND_URL: backend },
    stdio: "inherit",
  });
  return ended(child);
}

function requirePassphrase(args: readonly string[], backend: string): void {
  const { PULUMI_CONFIG_PASSPHRASE: phrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  const opens = args.some((word) => OPENS_STACK.has(word)) || (args[0] === "stack" && args[1] === "init");
  const helps = args.includes("--help") || args.includes("-h");
  if (phrase !== undefined || file !== undefined || process.stdin.isTTY) return;
  if (!opens || helps || !backend.startsWith("file:")) return;
  throw new UplinkError(
    "PASSPHRASE_MISSING",
    "Cannot open the stack's secrets: no passphrase is set, and there is no terminal to ask for it",
    "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the stack's passphrase",
  );
}

/**
 * A Ctrl-C reaches every process of the terminal, the engine among them, and npm sends it to this one again: passed
 * on, it would be the engine's second, which means "stop at once". Without a terminal nobody else passes it on.
 */
function ended(child: ChildProcess): Promise<number> {
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
