/** After the commit the LAN's own flows are looked at: five kinds of LAN behind the simulated router. */

import { afterEach, describe, expect, it } from "@jest/globals";
import { switchOperations } from "../../research/bench/change.ts";
import { Router, type RouterOptions } from "../../router/router.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { routerSettings } from "./lab.ts";

let simulator: Simulator;
afterEach(async () => {
  await simulator.stop();
  expect(simulator.escapes).toEqual([]);
});

interface Switched {
  /** `done` or the refusal's text, once a different one. */
  readonly words: string;
  readonly told: string;
  readonly from: string | undefined;
}

async function switched(
  plant: (simulator: Simulator) => void,
  changed: Partial<RouterOptions> = {},
): Promise<Switched> {
  simulator = await startSimulator();
  plant(simulator);
  const lines: string[] = [];
  const settings = routerSettings(simulator, changed);
  const router = new Router(settings, { report: (line) => void lines.push(line) });
  const settled = await Promise.allSettled(switchOperations().map((one) => router.submit(one)));
  await router.close();
  const last = settled.at(-1);
  const from = last?.status === "fulfilled" ? last.value.verifiedFrom : undefined;
  const words = settled.map((one) => (one.status === "rejected" ? String(one.reason) : "done"));
  return { words: [...new Set(words)].join("\n"), told: lines.join("\n"), from };
}

const busy =
  (...lanClients: string[]) =>
  ({ observed, network }: Simulator, answers = true): void => {
    observed.lanClients = lanClients;
    network.answersReachLan = answers;
  };
const three = busy("192.168.100.50", "192.168.100.51", "192.168.100.52");

describe("after the commit", () => {
  it("a LAN whose flows are answered is who the uplink was verified from", async () => {
    const { words, told, from } = await switched(three);
    expect([words, from]).toEqual(["done", "lan"]);
    expect(told).toContain("the LAN: 3 of 3 flows of the LAN are answered, none of this machine's");
  });

  it("this machine's own flow is named where its way goes through the router", async () => {
    const { told } = await switched(busy("192.168.100.5", "192.168.100.51"));
    expect(told).toContain("2 of 2 flows of the LAN are answered, this machine's own among them");
  });

  it("a LAN that gets no answers is put back to what it had, in all its lines", async () => {
    const { words } = await switched((there) => three(there, false));
    expect(words).toMatch(/\[LAN_SILENT\]/);
    expect(words).toContain("3 flows of the LAN left by the new uplink, and none is answered");
    expect(simulator.running()).toEqual(simulator.saved());
    expect(simulator.running().join("\n")).not.toContain("tunnel");
  });

  it("allowBlockedLan goes on, and says so", async () => {
    const { words, told, from } = await switched((there) => three(there, false), { allowBlockedLan: true });
    expect([words, from]).toEqual(["done", "router"]);
    expect(told).toContain("none is answered");
  });

  it("two flows without an answer are no proof, and a LAN that is not to be seen is said to be", async () => {
    const few = await switched((there) => busy("192.168.100.50", "192.168.100.51")(there, false));
    expect([few.words, few.from]).toEqual(["done", "router"]);
    expect(few.told).toContain("2 flows of the LAN were seen, not answered yet");
    await simulator.stop();
    const none = await switched(() => {});
    expect([none.words, none.from]).toEqual(["done", "router"]);
    expect(none.told).toContain(
      "no LAN traffic was seen; firewall read: passes; machines that were sent to 192.168.100.1 go on there for some minutes",
    );
  });
});
