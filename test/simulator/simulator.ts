/**
 * A VyOS router that is not there: an SSH server on loopback with VyOS's configuration engine behind it, as
 * recorded on real ones. It must never import the product's own code, whose bugs it would then share.
 */
import { commitNow, lockedText } from "./configuration/commit.ts";
import { firstRouterConfiguration } from "./configuration/first-router.ts";
import type { Version } from "./configuration/schema.ts";
import { Session } from "./configuration/session.ts";
import { printCommands, printShown, splitLine } from "./configuration/text.ts";
import { refusal } from "./configuration/validate.ts";
import type { Facts } from "./kernel/network.ts";
import type { Party } from "./kernel/uplink.ts";
import { Machine } from "./machine.ts";
import type { Counters } from "./programs/devices.ts";
import { Shell } from "./shell/shell.ts";
import type { Act, Fault, Step } from "./system/faults.ts";
import type { Observed } from "./system/observed.ts";
import { Pipe, Process } from "./system/process.ts";
import { listen, password, user } from "./wire/ssh-server.ts";

export { firstRouterConfiguration } from "./configuration/first-router.ts";
export type { Act, Fault, Step } from "./system/faults.ts";

export interface SimulatorOptions {
  /** Default "1.4". */
  version?: Version;
  /** Running and saved at the start, as `set ...` lines; default: the first router. */
  configuration?: readonly string[];
  /** How long a commit takes, in simulated seconds; default 0. */
  commitSeconds?: number;
  /** How long a reboot takes, in simulated seconds; default 0. */
  rebootSeconds?: number;
  /** Simulated seconds that pass in a real one; default 1; 0: only advance() moves the clock. */
  secondsPerSecond?: number;
  /** Each answer is this late; default 0. Lines sent ahead are answered ahead, as on a long link. */
  latencyMilliseconds?: number;
  /** The interface that the LAN's clients are on; default eth0. */
  lan?: string;
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
  /** As `showCfg --show-active-only` prints it. */
  shown(): string;
  /** An administrator's `set`/`delete` lines, committed (and saved) in a session of their own; the text said. */
  byHand(lines: readonly string[], options?: { save?: boolean }): string;
  inject(fault: Fault | Act): void;
  /** How often clients reached each step at which a fault can happen. */
  reached: Readonly<Record<Step, number>>;
  /** The router's clock, in seconds since 1970. */
  now(): number;
  /** Moves the router's clock, runs what falls due, and resolves when the scripts that this started have ended. */
  advance(seconds: number): Promise<void>;
  /** The wall's clock, not the monotonic one. */
  jumpClock(seconds: number): void;
  /** Power off and on: it comes back with what was saved. */
  reboot(): void;
  /** Somebody else's commit holds the lock for that many simulated seconds. */
  holdCommitLock(seconds: number): void;
  /** What of the network around works; setting a fact takes effect at once. */
  network: { -readonly [Name in keyof Facts]: Facts[Name] };
  /** What only a look at the machine tells. */
  observed: Observed;
  /** `ip` and `iptables` commands that somebody typed as root. */
  kernelByHand(lines: readonly string[]): Promise<void>;
  /** One line: why IPv4 works or not. */
  explain(of?: Party): string;
  /** Simulated seconds so far without a working IPv4 uplink. */
  outage(of?: Party): number;
  longestOutageSeconds(of?: Party): number;
  files: {
    /** Undefined: there is no such file. */
    read(path: string): string | undefined;
    /** As root; the directory must exist. */
    write(path: string, text: string, mode?: number): void;
    /** How many octets more the disk takes that holds this folder. */
    leave(folder: string, octets: number): void;
  };
  /** What scripts on the router have logged, `tag: text` each. */
  journal: readonly string[];
  /** Every command line received, each followed by what was answered. */
  transcript(): string[];
  stop(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const machine = new Machine({
    version: options.version ?? "1.4",
    configuration: options.configuration ?? firstRouterConfiguration,
    commitSeconds: options.commitSeconds ?? 0,
    rebootSeconds: options.rebootSeconds ?? 0,
    secondsPerSecond: options.secondsPerSecond ?? 1,
  });
  machine.network.lan = options.lan ?? "eth0";
  machine.uplink.check();
  const server = await listen(machine, options.port ?? 0, options.latencyMilliseconds ?? 0);
  return {
    host: "127.0.0.1",
    port: server.port,
    user,
    password,
    privateKey: server.privateKey,
    hostKeyFingerprint: server.hostKeyFingerprint,
    counters: machine.counters,
    escapes: machine.escapes,
    rootCommands: machine.applied.rootCommands,
    reached: machine.faults.reached,
    files: filesOf(machine),
    journal: machine.journal,
    network: networkOf(machine),
    observed: machine.observed,
    kernelByHand: (lines) => kernelByHand(machine, lines),
    explain: (of = "router") => machine.uplink.explain(of),
    outage: (of = "router") => machine.uplink.outages[of].seconds(),
    longestOutageSeconds: (of = "router") => machine.uplink.outages[of].longest(),
    running: () => printCommands(machine.store.active),
    shown: () => printShown(machine.store.active),
    saved: () => printCommands(machine.savedTree()),
    byHand: (lines, after) => byHand(machine, lines, after?.save ?? false),
    inject: (fault) => machine.faults.inject(fault),
    transcript: () => [...machine.transcript],
    now: () => machine.clock.now(),
    advance: (seconds) => machine.clock.advance(seconds, () => ownScripts(machine)[0]?.args),
    jumpClock: (seconds) => {
      machine.clock.ahead += seconds;
    },
    reboot: () => machine.reboot(),
    holdCommitLock: (seconds) => holdCommitLock(machine, seconds),
    stop: () => {
      machine.clock.clear();
      return server.stop();
    },
  };
}

function filesOf({ files }: Machine): Simulator["files"] {
  return {
    read: (path) => (files.find(path)?.kind === "file" ? files.read(path, "root") : undefined),
    write: (path, text, mode) => {
      files.write(path, text, "root");
      if (mode !== undefined) files.chmod(path, mode, "root");
    },
    leave: (folder, octets) => void files.room.set(folder, octets),
  };
}

function networkOf({ network }: Machine): Simulator["network"] {
  return new Proxy(network.facts, {
    get: (_facts, name) => Reflect.get(network.facts, name),
    set: (_facts, name, value: boolean) => {
      network.set({ [name]: value });
      return true;
    },
  });
}

/** What the router runs by itself, and no client waits for. */
function ownScripts({ processes }: Machine): Process[] {
  return processes.filter((process) => process.link === undefined && !process.ofClient);
}

async function kernelByHand(machine: Machine, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const pipe = new Pipe();
    const process = new Process(machine.processes, { user: "root", args: "bash" });
    process.fds.set(1, pipe).set(2, pipe);
    const status = await new Shell(process, "wire", ["bash"], machine.host).text(line);
    process.end();
    if (status !== 0) throw new Error(`Cannot run by hand: ${line}: ${pipe.text}`);
  }
}

function holdCommitLock({ store, clock }: Machine, seconds: number): void {
  const lock = { pid: 7572, user: "vyos" };
  store.locked = lock;
  clock.after(seconds, () => {
    if (store.locked === lock) store.locked = undefined;
  });
}

function byHand(machine: Machine, lines: readonly string[], save: boolean): string {
  const { store, applied, hooks } = machine;
  if (store.locked) return lockedText;
  const session = new Session(store, "root");
  let text = "";
  for (const line of lines) {
    const [verb, ...words] = splitLine(line);
    if (verb !== "set" && verb !== "delete") throw new Error(`Cannot run by hand: ${line}`);
    text += (verb === "set" ? session.set(words, refusal) : session.delete(words)).text;
  }
  if (session.changed()) {
    text += commitNow(store, session, applied).text;
    void hooks.committed("vyos");
  }
  if (save) machine.save("plenty");
  return text;
}
