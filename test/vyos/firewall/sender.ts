/** Sends what it is told, inside a network namespace: a list of packets a line in, "sent" out. Ends with its standard input. */

import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { createInterface } from "node:readline";

export interface Sent {
  readonly protocol: "tcp" | "udp";
  readonly from: string;
  readonly fromPort: number;
  readonly to: string;
  readonly toPort: number;
  /** Octets of payload; TCP has none. */
  readonly size: number;
}

for await (const line of createInterface({ input: process.stdin })) {
  const list: readonly Sent[] = JSON.parse(line);
  for (const one of list) await (one.protocol === "tcp" ? sendTcp(one) : sendUdp(one));
  process.stdout.write("sent\n");
}
process.exit(0);

/** One SYN: nobody answers, and the socket is gone before it is sent again. */
function sendTcp({ from, fromPort, to, toPort }: Sent): Promise<void> {
  const socket = connect({ host: to, port: toPort, localAddress: from, localPort: fromPort });
  socket.on("error", () => undefined);
  return new Promise((resolve) =>
    setImmediate(() =>
      setImmediate(() => {
        socket.destroy();
        resolve();
      }),
    ),
  );
}

/** What the host's own rules refuse is an error here, and a packet that came nowhere. */
function sendUdp({ from, fromPort, to, toPort, size }: Sent): Promise<void> {
  const socket = createSocket(from.includes(":") ? "udp6" : "udp4");
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.bind(fromPort, from, () =>
      socket.send(Buffer.alloc(size), toPort, to, () => socket.close(resolve)),
    );
  });
}
