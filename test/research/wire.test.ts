import { createServer, connect as dial } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { startWire } from "../../research/bench/wire.ts";

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

test("a wire counts a burst as one round trip and a dialogue as one for each question", async () => {
  const echo = createServer((socket) => socket.on("data", (bytes) => socket.write(bytes)));
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const wire = await startWire((echo.address() as { port: number }).port);
  const client = dial(wire.port, "127.0.0.1").setNoDelay(true);
  ends.push(
    () => client.destroy(),
    () => wire.stop(),
    () => new Promise((resolve) => echo.close(resolve)),
  );
  const answered = (length: number): Promise<void> =>
    new Promise((resolve) => {
      let seen = 0;
      const hear = (bytes: Buffer): void => {
        seen += bytes.length;
        if (seen < length) return;
        client.off("data", hear);
        resolve();
      };
      client.on("data", hear);
    });
  const burst = answered(9);
  for (const word of ["one", "two", "six"]) {
    await new Promise<void>((resolve) => client.write(word, () => setImmediate(resolve)));
  }
  await burst;
  expect(wire.counters).toEqual({ connections: 1, roundTrips: 1, bytes: 18 });
  for (const word of ["ask", "more"]) {
    await sleep(20); // the answer is the client's only once it has crossed the wire
    const answer = answered(word.length);
    client.write(word);
    await answer;
  }
  expect(wire.counters).toEqual({ connections: 1, roundTrips: 3, bytes: 32 });
});
