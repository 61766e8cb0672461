/**
 * A stretch of network between a client and a simulated router: passes bytes on a little later, and counts what a client
 * waits for. It looks at no byte: SSH stays SSH, whoever the client is.
 */

import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";

export interface WireCounters {
  connections: number;
  /** How often a client sent something after it had got an answer: each costs one round trip of the network. */
  roundTrips: number;
  /** Both ways, as SSH has them on the wire. */
  bytes: number;
}

export interface Wire {
  readonly port: number;
  readonly counters: WireCounters;
  stop(): Promise<void>;
}

/**
 * A home network's distance. It also tells a burst from a dialogue: what is sent before the first answer is back belongs to
 * one round trip.
 */
const oneWayMilliseconds = 2;

export async function startWire(routerPort: number): Promise<Wire> {
  const counters: WireCounters = { connections: 0, roundTrips: 0, bytes: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    counters.connections += 1;
    const router = dial(routerPort, "127.0.0.1");
    let answered = true;
    pass(client, router, (bytes) => {
      counters.bytes += bytes;
      if (answered) counters.roundTrips += 1;
      answered = false;
    });
    pass(router, client, (bytes) => {
      counters.bytes += bytes;
      // It is the client's only once it has crossed the wire.
      setTimeout(() => {
        answered = true;
      }, oneWayMilliseconds);
    });
    for (const socket of [client, router]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    counters,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Timers of one length fire in order, so the bytes stay in theirs. */
function pass(from: Socket, to: Socket, count: (bytes: number) => void): void {
  from.setNoDelay(true);
  from.on("data", (bytes: Buffer) => {
    count(bytes.length);
    setTimeout(() => to.write(bytes), oneWayMilliseconds);
  });
  from.on("close", () => setTimeout(() => to.end(), oneWayMilliseconds));
  from.on("error", () => to.destroy());
}
