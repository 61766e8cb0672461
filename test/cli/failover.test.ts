/** What doctor, status and watch say of the two modes of failover: one table, on a simulated router. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { failoverLines } from "../doctor/breaks-internet.ts";
import { paperRouter } from "../doctor/paper-router.ts";
import { runProgram } from "../program.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "failover-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { taken, added } = failoverLines;
const plain = paperRouter("mape").running;
const guarded = [...plain.filter((line) => !taken.includes(line)), ...added];
const all = guarded.map((line) => line.replace("policy 'any-available'", "policy 'all-available'"));
const relayDead = { internetBehindRelay: false };

const table: readonly {
  readonly is: string;
  readonly lines: readonly string[];
  readonly network: Partial<Simulator["network"]>;
  readonly leaves: string;
  readonly byItself: string;
  readonly health: string;
  readonly causes: readonly string[];
}[] = [
  {
    is: "failover none, the tunnel carries",
    lines: plain,
    network: {},
    leaves: "tun0",
    byItself: "nothing: no failover is declared",
    health: "IPv4 works",
    causes: [],
  },
  {
    is: "failover none, the tunnel carries nothing",
    lines: plain,
    network: relayDead,
    leaves: "tun0",
    byItself: "nothing: no failover is declared",
    health: "IPv4 DOES NOT WORK",
    causes: ["ipv4-mape"],
  },
  {
    is: "failover wxr, ready",
    lines: guarded,
    network: {},
    leaves: "tun0 to 192.0.0.1",
    byItself: "leaves the tunnel for 192.168.100.1, while none of 1.0.0.2, 9.9.9.10 answers",
    health: "IPv4 works",
    causes: [],
  },
  {
    is: "failover wxr, in force",
    lines: guarded,
    network: relayDead,
    leaves: "eth0 to 192.168.100.1",
    byItself:
      "has left the tunnel for 192.168.100.1, while none of 1.0.0.2, 9.9.9.10 answers, and comes back by itself",
    health: "IPv4 works",
    causes: ["failed-over"],
  },
  {
    is: "failover wxr with all-available, in force",
    lines: all,
    network: relayDead,
    leaves: "eth0 to 192.168.100.1",
    byItself:
      "has left the tunnel for 192.168.100.1, while not all of 1.0.0.2, 9.9.9.10 answer, and comes back by itself",
    health: "IPv4 works",
    causes: ["failed-over"],
  },
  {
    is: "failover wxr, in force, and nothing behind the WXR either",
    lines: guarded,
    network: { ...relayDead, internetBehindWxr: false },
    leaves: "eth0 to 192.168.100.1",
    byItself:
      "has left the tunnel for 192.168.100.1, while none of 1.0.0.2, 9.9.9.10 answers, and comes back by itself",
    health: "IPv4 DOES NOT WORK",
    causes: ["failed-over"],
  },
  {
    is: "uplink wxr",
    lines: paperRouter("wxr").running,
    network: {},
    leaves: "eth0 to 192.168.100.1",
    byItself: "nothing: no failover is declared",
    health: "IPv4 works",
    causes: [],
  },
];

describe.each(table)("$is", ({ lines, network, leaves, byItself, health, causes }) => {
  test("doctor, status and watch say the same", async () => {
    const simulator = await startSimulator({ configuration: lines, secondsPerSecond: 10 });
    try {
      Object.assign(simulator.network, network);
      await simulator.advance(60);
      const key = join(folder, "key");
      writeFileSync(key, simulator.privateKey, { mode: 0o600 });
      const target = ["--host", simulator.host, "--port", String(simulator.port)];
      const login = ["--host-key", simulator.hostKeyFingerprint, "--key", key];
      const run = (name: string, ...args: string[]) =>
        runProgram([join(__dirname, "..", "..", "cli", `${name}.ts`), ...target, ...login, ...args], {
          cwd: folder,
        });
      const [status, doctor, watch] = [
        await run("status"),
        await run("doctor", "--json"),
        await run("watch", "--once"),
      ];
      expect(status.out).toContain(`\nIPv4 leaves   ${leaves}\n`);
      expect(status.out).toContain(`\nby itself     ${byItself}\n`);
      expect(status.out).toMatch(new RegExp(`\nhealth {8}${health}(?:; 1 wrong)?\n`));
      const found = JSON.parse(doctor.out) as { causes: { code: string; measured: string }[] };
      expect(found.causes.map(({ code }) => code)).toEqual(causes);
      expect(watch.out).toContain(`: ${health}, `);
      expect(watch.out.includes("wrong: ")).toBe(causes.length > 0);
      for (const code of causes) expect(watch.out).toContain(code);
    } finally {
      await simulator.stop();
    }
  });
});
