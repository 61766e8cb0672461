/**
 * The simulated router's SSH server on loopback: a real host key, password and key login, exec channels that
 * feed a shell. It must never interpret a command, and never listen beyond loopback.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from "node:net";
import ssh2, { type AuthContext, type ParsedKey, type Connection as SshConnection } from "ssh2";
import { noise } from "../system/faults.ts";
import type { Link } from "../system/process.ts";
import { Conversation } from "./conversation.ts";
import type { Router } from "./router.ts";

const { Server, utils } = ssh2;

export const user = "vyos";
export const password = "vyos-simulated";

export interface SshServer {
  readonly port: number;
  readonly hostKeyFingerprint: string;
  readonly privateKey: string;
  stop(): Promise<void>;
}

export async function listen(router: Router, port: number, latency: number): Promise<SshServer> {
  const [hostKey, clientKey] = [newKey(), newKey()];
  const sockets = new Set<Socket>();
  const ssh = new Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on("authentication", (context) => authenticate(context, parseKey(clientKey.public)));
    client.on("error", () => {});
    const link = new Connection(router, client);
    client.on("session", (accept) => {
      const session = accept();
      session.on("exec", (acceptExec, _reject, info) => {
        const conversation = new Conversation(acceptExec(), router, link, latency);
        link.conversations.push(conversation);
        void conversation.run(info.command);
      });
    });
  });
  const tcp = createServer({ noDelay: true }, (socket) => {
    if (router.isShut) return void socket.destroy();
    router.counters.connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    // OpenSSH's server does the same (packet.c, ssh_packet_set_interactive).
    socket.setNoDelay(true);
    connect(socket, router, () => ssh.injectSocket(socket));
  });
  await new Promise<void>((resolve, reject) => tcp.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    port: (tcp.address() as AddressInfo).port,
    hostKeyFingerprint: fingerprint(parseKey(hostKey.public)),
    privateKey: clientKey.private,
    stop: () => stop(tcp, sockets),
  };
}

/** ssh2 now and then writes a key that it cannot read itself (ed25519 with a leading zero byte). */
function newKey(): ReturnType<typeof utils.generateKeyPairSync> {
  for (;;) {
    const key = utils.generateKeyPairSync("ed25519");
    if (!(utils.parseKey(key.private) instanceof Error || utils.parseKey(key.public) instanceof Error))
      return key;
  }
}

/** One client's connection: its shells end with it. */
class Connection implements Link {
  readonly conversations: Conversation[] = [];
  readonly #router: Router;
  readonly #client: SshConnection;

  constructor(router: Router, client: SshConnection) {
    this.#router = router;
    this.#client = client;
    router.links.add(this);
    client.on("close", () => this.#lost());
  }

  cut(): void {
    this.#lost();
    this.#client.end();
  }

  silence(): void {
    for (const conversation of this.conversations) conversation.silence();
  }

  #lost(): void {
    if (this.#router.links.delete(this)) this.#router.hangUp(this);
  }
}

function connect(socket: Socket, router: Router, go: () => void): void {
  const fault = router.faults.take("connect");
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
