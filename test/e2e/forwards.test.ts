/** Port forwards through the real engine: one commit with the switch, and a forward taken out of the middle. */
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;

beforeAll(async () => {
  stack = await HomeStack.start();
  await stack.succeed(...up);
  await stack.set({ uplink: "mape" });
});

afterAll(() => stack.stop());

const forwards = (): string[] =>
  stack.simulator
    .running()
    .flatMap((line) => /^set nat destination rule (\d+ translation .*)$/.exec(line)?.[1] ?? []);
const lines = (...words: string[]): string[] => words.flatMap((word) => word.split(", "));

test("preview refuses the port of a neighbour, and names the neighbour and our ports", async () => {
  await stack.set({ portForwards: "tcp:5152>192.168.100.10:22" });
  const { status, output } = await stack.sandbox.run(["preview"]);
  expect(status).not.toBe(0);
  expect(output).toContain("port 5152 belongs to PSID 66, and this line is PSID 65");
  expect(output).toContain("use ports of 5136-5151, 9232-9247");
});

test("forwards come in the commit of the switch, and their ports leave source NAT", async () => {
  await stack.set({ portForwards: "tcp:5136>192.168.100.10:22,udp:9232>192.168.100.11:53" });
  expect(await stack.during(() => stack.succeed(...up))).toMatchObject({ commits: 1, connections: 2 });
  expect(forwards()).toEqual(
    lines(
      "1000 translation address '192.168.100.10', 1000 translation port '22'",
      "1001 translation address '192.168.100.11', 1001 translation port '53'",
    ),
  );
  expect(stack.simulator.running()).toContain("set nat source rule 1000 translation port '5137-5151'");
});

test("a forward taken away renumbers the next in place, in one commit", async () => {
  // The engine deletes once it has updated, on a busy machine more than the usual quarter of a second later.
  await stack.set({ portForwards: "udp:9232>192.168.100.11:53", quietMilliseconds: "3000" });
  expect(await stack.during(() => stack.succeed(...up))).toMatchObject({ commits: 1 });
  expect(forwards()).toEqual(lines("1000 translation address '192.168.100.11', 1000 translation port '53'"));
  expect(stack.simulator.running()).toContain("set nat source rule 1000 translation port '5136-5151'");
});
