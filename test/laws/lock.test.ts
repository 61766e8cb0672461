/** The commit lock (VyOS 1.4 and rolling, the same text), and what a lost connection leaves behind. */
import { describe, expect, it } from "@jest/globals";
import { startSimulator } from "../simulator/simulator.ts";
import { Wire } from "./wire.ts";

const locked = "Configuration system temporarily locked due to another commit in progress\n";
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.each(["1.4", "rolling"] as const)("a commit that takes its time on VyOS %s", (version) => {
  it("locks out a second session and an administrator, whose changes stay pending", async () => {
    const simulator = await startSimulator({ version, commitSeconds: 1 });
    const [first, second] = [await Wire.open(simulator), await Wire.open(simulator)];
    await first.set("interfaces", "dummy", "dum1", "address", "192.0.2.1/32");
    await second.set("interfaces", "dummy", "dum2", "address", "192.0.2.2/32");
    const running = first.commit();
    await pause(200);
    expect(await second.commit()).toEqual({ text: locked, status: 1 });
    expect(simulator.byHand(["set system host-name other"])).toBe(locked);
    expect((await second.run("cli-shell-api sessionChanged")).status).toBe(0);
    expect(await running).toEqual({ text: "", status: 0 });
    expect(await second.commit()).toEqual({ text: "", status: 0 });
    const dummies = simulator.running().filter((line) => line.includes("dummy"));
    expect(dummies).toEqual([
      "set interfaces dummy dum1 address '192.0.2.1/32'",
      "set interfaces dummy dum2 address '192.0.2.2/32'",
    ]);
    first.close();
    second.close();
    await simulator.stop();
  });

  it("finishes when its connection is lost, and an uncommitted session does not", async () => {
    const simulator = await startSimulator({ version, commitSeconds: 0.5 });
    const [committing, waiting] = [await Wire.open(simulator), await Wire.open(simulator)];
    await committing.set("interfaces", "dummy", "dum1", "address", "192.0.2.1/32");
    await waiting.set("interfaces", "dummy", "dum2", "address", "192.0.2.2/32");
    const lost = committing.commit().catch((error: Error) => error.message);
    await pause(200);
    committing.close();
    waiting.close();
    expect(await lost).toBe("connection closed");
    await pause(600);
    const dummies = simulator.running().filter((line) => line.includes("dummy"));
    expect(dummies).toEqual(["set interfaces dummy dum1 address '192.0.2.1/32'"]);
    await simulator.stop();
  });
});
