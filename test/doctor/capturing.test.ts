/** A capture through the one shell: its bytes arrive as they are, and tell a line that works from one that does not. */

import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { captureRows, compareCounts, type OwnLine } from "../../doctor/capture-rows.ts";
import { type Captured, captureLine, captureOn } from "../../doctor/capturing.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import { rejection, sshSettings } from "../router/lab.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { ce, gateway, paperRouter, relay } from "./paper-router.ts";

const line: OwnLine = {
  ceAddress: ce,
  relay,
  gateway,
  ipv4: "133.209.13.2",
  ports: Array.from({ length: 15 }, (_block, index): [number, number] => {
    const from = (index + 1) * 4096 + 0x410;
    return [from, from + 15];
  }),
};
const bounds = { interface: "eth1", seconds: 3, packets: 50 };

async function captureAfter(
  act: (simulator: Simulator) => void | Promise<void>,
  device = "eth1",
): Promise<Captured> {
  const simulator = await startSimulator({ configuration: paperRouter("mape").running });
  try {
    await act(simulator);
    const transport = new SshTransport(sshSettings(simulator));
    return await captureOn(transport, "the router", { ...bounds, interface: device }, line);
  } finally {
    await simulator.stop();
  }
}

test("captureLine() is one command that bash can read, bounded in time, packets and octets", () => {
  const text = captureLine(
    bounds,
    captureRows(line).map(([, , filter]) => filter),
  );
  expect(spawnSync("bash", ["-n"], { input: `{ ${text}; } </dev/null 2>&1\n` }).status).toBe(0);
  expect(text).toMatch(/^sudo -n timeout 3 tcpdump -n -U -i 'eth1' -c 50 -s 160 -w - '/);
});

test("captureOn() is refused when tcpdump gave nothing", async () => {
  const error = await rejection(captureAfter(() => {}, "eth9"));
  expect(error.message).toContain("ANSWER_GARBLED");
});

test.each([
  {
    name: "a silent relay",
    act: (simulator: Simulator) => {
      simulator.network.relayAnswers = false;
    },
    only: ["encapsulated in: only when it worked"],
  },
  {
    name: "a lost lease",
    act: (simulator: Simulator) => {
      simulator.network.leasePresent = false;
    },
    only: [
      "DHCPv6 solicit: only when it did not",
      "DHCPv6 renew: only when it worked",
      "DHCPv6 reply: only when it worked",
    ],
  },
  {
    name: "NAT that is gone",
    act: (simulator: Simulator) => simulator.kernelByHand(["nft delete table ip vyos_nat"]),
    only: [
      "encapsulated out, foreign IPv4 source: only when it did not",
      "encapsulated out, foreign port: only when it did not",
      "encapsulated in: only when it worked",
    ],
  },
  {
    name: "a tunnel with the encapsulation limit",
    act: (simulator: Simulator) =>
      simulator.kernelByHand(["ip -6 tunnel change tun0 mode ipip6 encaplimit 4"]),
    only: ["encapsulated out, with an option: only when it did not"],
  },
])("two captures tell $name", async ({ act, only }) => {
  const [good, bad] = [await captureAfter(() => {}), await captureAfter(act)];
  const differences = compareCounts(good.rows, bad.rows).filter(({ difference }) => difference);
  expect(differences.map(({ what, difference }) => `${what}: ${difference?.split(":")[0]}`)).toEqual(only);
});
