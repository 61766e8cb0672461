/** The router's question over TCP by the program that it runs there, at a socket of this machine. */

import { execFile } from "node:child_process";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { connectAnswer, connectLine, type TcpQuestion } from "../../router/wire/tcp-connection.ts";

let server: Server;
let open: number;
beforeAll(async () => {
  server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  open = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** What the line prints, and its status. */
function run(line: string): Promise<{ output: string; status: number }> {
  return new Promise((resolve) => {
    execFile("sh", ["-c", line], (error, output) => resolve({ output, status: error === null ? 0 : 1 }));
  });
}

// Port 1 of this machine is nobody's: refused at once.
const at = (port: number, from?: TcpQuestion["from"]): TcpQuestion => ({ host: "127.0.0.1", port, from });

it("one that answers is enough", async () => {
  const { output, status } = await run(connectLine([at(open)], 5));
  expect([status, connectAnswer(at(open), output)]).toEqual([0, "connected"]);
});

it("two ports of one address have an answer each", async () => {
  const { output, status } = await run(connectLine([at(1), at(2)], 5));
  expect([status, connectAnswer(at(1), output)]).toEqual([1, "Connection refused"]);
  expect(connectAnswer(at(2), output)).toBe("Connection refused");
  expect(connectAnswer(at(1), (await run(connectLine([at(open)], 5))).output)).toBe("no answer");
});

it("each source has to be connected from, and one that the machine does not hold fails at once", async () => {
  const from = { address: "192.0.2.77", port: 0 };
  const { output, status } = await run(connectLine([at(open, from), at(open)], 5));
  expect(status).toBe(1);
  expect(connectAnswer(at(open, from), output)).toBe("Cannot assign requested address");
});
