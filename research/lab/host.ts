/**
 * A host of the lab, run inside a namespace: it answers every TCP and UDP flow to the addresses given with what it got, and
 * holds it open. Prints "ready" when it listens; ends with its standard input.
 */

import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const [port, ...addresses] = process.argv.slice(2);

const tcp = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  socket.pipe(socket);
});
/** One socket an address: an answer must come from the address that was asked. */
function answerUdp(address: string): Promise<void> {
  const udp = createSocket("udp4");
  udp.on("message", (message, from) => udp.send(message, from.port, from.address));
  return new Promise((resolve) => udp.bind(Number(port), address, resolve));
}

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
await Promise.all(addresses.map(answerUdp));
tcp.listen({ port: Number(port), host: "0.0.0.0", backlog: 2048 }, () => process.stdout.write("ready\n"));
