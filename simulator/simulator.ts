/**
 * A VyOS router that is not there: an SSH server on loopback with VyOS's configuration engine behind it, as
 * recorded on real ones. It must never import the product's own code, whose bugs it would then share.
 */
import { commitNow, lockedText } from "./commit.ts";
import { type Fault, Faults } from "./faults.ts";
import { firstRouterConfiguration } from "./first-router.ts";
import { type Counters, Machine } from "./machine.ts";
import type { Version } from "./schema.ts";
import { Session } from "./session.ts";
import { listen, password, user } from "./ssh-server.ts";
import { printCommands, splitLine } from "./text.ts";

export type { Fault } from "./faults.ts";
export { firstRouterConfiguration } from "./first-router.ts";

export interface SimulatorOptions {
  /** Default "1.4". */
  version?: Version;
  /** Running and saved at the start, as `set ...` lines; default: the first router. */
  configuration?: readonly string[];
  /** How long a commit takes; default 0. */
  commitSeconds?: number;
  /** Each answer is this late; default 0. Lines sent ahead are answered ahead, as on a long link. */
  latencyMilliseconds?: number;
  /** Default 0: any free one. */
  port?: number;
}

export interface Simulator {
  host: string;
  port: number;
  user: string;
  password: string;
  /** OpenSSH PEM text of a client key that may log in. */
  privateKey: string;
  /** "SHA256:..." as OpenSSH prints it. */
  hostKeyFingerprint: string;
  counters: Counters;
  /** What a shell would have expanded or run besides the wire's own commands: must stay empty. */
  escapes: string[];
  /** Values that VyOS would have handed to a root shell at commit: must stay empty. */
  rootCommands: string[];
  /** `set ...` lines as `show configuration commands` prints them. */
  running(): string[];
  saved(): string[];
  /** An administrator's `set`/`delete` lines, committed (and saved) in a session of their own; the text said. */
  byHand(lines: readonly string[], options?: { save?: boolean }): string;
  inject(fault: Fault): void;
  /** Every command line received, each followed by what was answered. */
  transcript(): string[];
  stop(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const configuration = options.configuration ?? firstRouterConfiguration;
  const machine = new Machine(options.version ?? "1.4", options.commitSeconds ?? 0, configuration);
  const faults = new Faults();
  const server = await listen(machine, faults, options.port ?? 0, options.latencyMilliseconds ?? 0);
  return {
    host: "127.0.0.1",
    port: server.port,
    user,
    password,
    privateKey: server.privateKey,
    hostKeyFingerprint: server.hostKeyFingerprint,
    counters: machine.counters,
    escapes: machine.escapes,
    rootCommands: machine.rootCommands,
    running: () => printCommands(machine.active),
    saved: () => printCommands(machine.saved),
    byHand: (lines, after) => byHand(machine, lines, after?.save ?? false),
    inject: (fault) => faults.inject(fault),
    transcript: () => [...machine.transcript],
    stop: () => server.stop(),
  };
}

function byHand(machine: Machine, lines: readonly string[], save: boolean): string {
  if (machine.locked) return lockedText;
  const session = new Session(machine);
  let text = "";
  for (const line of lines) {
    const [verb, ...words] = splitLine(line);
    if (verb !== "set" && verb !== "delete") throw new Error(`Cannot run by hand: ${line}`);
    text += (verb === "set" ? session.set(words) : session.delete(words)).text;
  }
  if (session.changed()) text += commitNow(session).text;
  if (save) machine.save();
  return text;
}
