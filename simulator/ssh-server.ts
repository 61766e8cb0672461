/**
 * The simulated router's SSH server on loopback: a real host key, password and key login, exec channels that
 * feed a shell. It must never interpret a command, and never listen beyond loopback.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from "node:net";
import ssh2, { type AuthContext, type ParsedKey, type ServerChannel } from "ssh2";
import { type Faults, noise } from "./faults.ts";
import type { Machine } from "./machine.ts";
import { Broken, Programs } from "./programs.ts";
import { type Result, Shell } from "./shell.ts";

const { Server, utils } = ssh2;

export const user = "vyos";
export const password = "vyos-simulated";

export interface SshServer {
  readonly port: number;
  readonly hostKeyFingerprint: string;
  readonly privateKey: string;
  stop(): Promise<void>;
}

export async function listen(
  machine: Machine,
  faults: Faults,
  port: number,
  latency: number,
): Promise<SshServer> {
  const hostKey = utils.generateKeyPairSync("ed25519");
  const clientKey = utils.generateKeyPairSync("ed25519");
  const sockets = new Set<Socket>();
  const ssh = new Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on("authentication", (context) => authenticate(context, parseKey(clientKey.public)));
    client.on("error", () => {});
    client.on("session", (accept) => {
      accept().on("exec", (acceptExec, _reject, info) => {
        void converse(acceptExec(), info.command, machine, faults, latency, () => client.end());
      });
    });
  });
  const tcp = createServer((socket) => {
    machine.counters.connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    connect(socket, faults.take("connect"), () => ssh.injectSocket(socket));
  });
  await new Promise<void>((resolve, reject) => tcp.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    port: (tcp.address() as AddressInfo).port,
    hostKeyFingerprint: fingerprint(parseKey(hostKey.public)),
    privateKey: clientKey.private,
    stop: () => stop(tcp, sockets),
  };
}

function connect(socket: Socket, fault: ReturnType<Faults["take"]>, go: () => void): void {
  if (fault === undefined) go();
  else if (fault === "garble") socket.end(`${noise}${noise}`);
  else if (fault !== "hang") socket.destroy();
}

function stop(tcp: TcpServer, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => tcp.close(() => resolve()));
}

function parseKey(text: string): ParsedKey {
  const parsed = utils.parseKey(text);
  if (parsed instanceof Error) throw parsed;
  return Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed;
}

function fingerprint(key: ParsedKey): string {
  const digest = createHash("sha256").update(key.getPublicSSH()).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

function authenticate(context: AuthContext, key: ParsedKey): void {
  if (context.username === user && proves(context, key)) context.accept();
  else context.reject(["password", "publickey"]);
}

/** A key is first offered without a signature: that it is known is said then, that it is held is proved later. */
function proves(context: AuthContext, key: ParsedKey): boolean {
  if (context.method === "password") return context.password === password;
  if (context.method !== "publickey" || !isKey(context.key.data, key)) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  return key.verify(context.blob, context.signature, context.hashAlgo) === true;
}

function isKey(data: Buffer, key: ParsedKey): boolean {
  const wanted = key.getPublicSSH();
  return data.length === wanted.length && timingSafeEqual(data, wanted);
}

/** Runs an exec request and, when it is `vbash -s`, the lines that follow on standard input, in order. */
async function converse(
  channel: ServerChannel,
  command: string,
  machine: Machine,
  faults: Faults,
  latency: number,
  drop: () => void,
): Promise<void> {
  const shell = new Shell(machine, new Programs(machine, faults));
  const answer = (line: string, result: Result | undefined) => {
    if (result === undefined) return;
    machine.transcript.push(`$ ${line}`, result.chunks.map((chunk) => chunk.text).join(""));
    if (latency > 0) setTimeout(() => send(channel, machine, result), latency);
    else send(channel, machine, result);
  };
  try {
    let result = await shell.line(command);
    answer(command, result);
    if (shell.scripted) result = await script(shell, channel, machine, answer);
    const status = result?.status ?? 0;
    setTimeout(() => close(channel, status), latency);
  } catch (error) {
    if (!(error instanceof Broken)) machine.transcript.push(`simulator failed: ${String(error)}`);
    if (!(error instanceof Broken) || error.kind === "drop") drop();
  }
}

async function script(
  shell: Shell,
  channel: ServerChannel,
  machine: Machine,
  answer: (line: string, result: Result | undefined) => void,
): Promise<Result | undefined> {
  let result: Result | undefined;
  for await (const line of linesOf(channel, machine)) {
    const one = await shell.line(line);
    answer(line, one);
    result = one ?? result;
    if (shell.ended) break;
  }
  return result;
}

async function* linesOf(channel: ServerChannel, machine: Machine): AsyncGenerator<string> {
  let rest = "";
  // A command that hangs leaves the loop early, and the link must stay.
  for await (const bytes of channel.iterator({ destroyOnReturn: false })) {
    machine.counters.bytesIn += (bytes as Buffer).length;
    const lines = `${rest}${(bytes as Buffer).toString("utf8")}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function send(channel: ServerChannel, machine: Machine, result: Result): void {
  if (channel.destroyed || !channel.writable) return;
  for (const { fd, text } of result.chunks) {
    machine.counters.bytesOut += Buffer.byteLength(text);
    if (fd === 1) channel.write(text);
    else channel.stderr.write(text);
  }
}

function close(channel: ServerChannel, status: number): void {
  if (channel.destroyed || !channel.writable) return;
  channel.exit(status);
  channel.end();
}
