/** The lab itself, small, on this machine's kernel: the numbers that the program promises. */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { whyNot } from "../../research/lab/namespaces.ts";

const root = join(__dirname, "..", "..");
const skipped = whyNot();
const here = skipped === undefined ? describe : describe.skip;

function namespaces(): string[] {
  const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
  return stdout.split("\n").filter((name) => name.startsWith("napt-"));
}

here(`lab:napt${skipped === undefined ? "" : ` (skipped: ${skipped})`}`, () => {
  test("measures all rulesets with real flows, and no packet of ours comes to the border relay that it drops", () => {
    const ran = spawnSync(process.execPath, ["research/lab/lab-napt.ts", "--quick", "--json"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(ran.stderr).toBe("");
    expect(ran.status).toBe(0);
    const report = JSON.parse(ran.stdout.trimEnd().split("\n").at(-1) ?? "");
    const all = { "16": 16, "48": 48 };
    const firstBlock = { "16": 16, "48": 16 };
    expect(report).toMatchObject({
      first: { linux: firstBlock, random: firstBlock, several: firstBlock },
      stripes: { linux: all },
      exact: { linux: all, random: all, several: all },
      udp: { first: firstBlock, exact: all },
      ocn: { first: { linux: { "96": 16 } }, exact: { linux: { "96": 96 } } },
      icmp: { exact: { sent: 4, answered: 4, droppedAtBorderRelay: 0 } },
      forgotten: { stripes: 0, exact: 0 },
      router: { "16": 16 },
      inbound: { "8": 8 },
      droppedAtBorderRelay: 0,
    });
    // The echo id of a ping is drawn by chance, and 240 of 65536 are ours: VyOS's own rules cannot map it.
    expect(report.icmp.stripes.answered + report.icmp.stripes.droppedAtBorderRelay).toBe(4);
    // The probe works: NAT alone lets the resets through.
    expect(report.forgotten.first).toBeGreaterThan(0);
    expect(namespaces()).toEqual([]);
  }, 60_000);

  test("takes its namespaces away when it is stopped", async () => {
    const lab = spawn(process.execPath, ["research/lab/lab-napt.ts", "--quick"], {
      cwd: root,
      stdio: "ignore",
    });
    const status = new Promise<number | null>((resolve) => lab.once("exit", resolve));
    const mine = () => namespaces().filter((name) => name.startsWith(`napt-${lab.pid}-`));
    while (mine().length < 7 && lab.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    lab.kill("SIGINT");
    expect(await status).toBe(130);
    expect(mine()).toEqual([]);
  }, 30_000);
});

describe("lab:napt where it cannot run", () => {
  test("says why, as the last line of JSON too, and succeeds", () => {
    const env = { ...process.env, PATH: "/nonexistent" };
    const ran = spawnSync(process.execPath, ["research/lab/lab-napt.ts"], {
      cwd: root,
      encoding: "utf8",
      env,
    });
    expect(ran.status).toBe(0);
    const lines = ran.stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^skipped: /);
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ skipped: lines[0]?.replace("skipped: ", "") });
  });

  test("takes a wrong width as a wrong value, and an unknown option as wrong usage", () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ["research/lab/lab-napt.ts", ...args], { cwd: root, encoding: "utf8" });
    expect(run("--width", "0")).toMatchObject({ status: 1, stdout: "" });
    expect(run("--wide")).toMatchObject({ status: 2, stdout: "" });
  });
});
