/**
 * A client of the lab, run inside a namespace: opens flows to one destination all at once, prints how many the destination
 * answered, and holds those open until its standard input ends. A flow that got no answer in the time counts as refused.
 */

import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, type Socket as TcpSocket } from "node:net";

export interface ClientSettings {
  readonly protocol: "tcp" | "udp";
  readonly host: string;
  readonly port: number;
  readonly count: number;
  /** Local ports as the kernel chooses them, or these. */
  readonly localPorts: readonly number[] | "kernel";
  readonly waitMilliseconds: number;
}

const settings = JSON.parse(process.argv[2] ?? "{}") as ClientSettings;
const { protocol, host, port, count, localPorts, waitMilliseconds } = settings;
const localPort = (index: number): number | undefined =>
  localPorts === "kernel" ? undefined : localPorts[index];

const flows = Array.from({ length: count }, (_, index) =>
  protocol === "tcp" ? openTcp(localPort(index)) : openUdp(localPort(index)),
);
const answers = await Promise.all(flows.map(({ answered }) => answered));
process.stdout.write(`${answers.filter(Boolean).length}\n`);
process.stdin.resume();
process.stdin.on("end", () => {
  for (const { end } of flows) end();
});

interface Flow {
  readonly answered: Promise<boolean>;
  readonly end: () => void;
}

function openTcp(local: number | undefined): Flow {
  const socket: TcpSocket = connect({ host, port, ...(local === undefined ? {} : { localPort: local }) });
  const answered = new Promise<boolean>((resolve) => {
    socket.on("connect", () => socket.write("?"));
    socket.on("data", () => resolve(true));
    socket.on("error", () => resolve(false));
    setTimeout(() => resolve(false), waitMilliseconds).unref();
  });
  // A reset waits for the connection, and a refused one never comes.
  return { answered, end: () => (socket.connecting ? socket.destroy() : socket.resetAndDestroy()) };
}

/** Asks twice in the time: UDP has no retransmission of its own. */
function openUdp(local: number | undefined): Flow {
  const socket: UdpSocket = createSocket("udp4");
  const answered = new Promise<boolean>((resolve) => {
    const ask = () => socket.send("?", port, host);
    const again = setTimeout(ask, waitMilliseconds / 2);
    socket.on("message", () => {
      clearTimeout(again);
      resolve(true);
    });
    socket.on("error", () => resolve(false));
    socket.bind(local ?? 0, ask);
    setTimeout(() => resolve(false), waitMilliseconds).unref();
  });
  return { answered, end: () => socket.close() };
}
