/** A whole change as one script in one unit on the simulated router: what a real one did (transcripts/transaction.txt, killed-commit.txt). */
import { afterEach, describe, expect, it } from "@jest/globals";
import { type Fault, type Simulator, type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import { moveRoute, staticSix, tunnelLines } from "./mape.ts";
import { folder, lay, show, start } from "./transaction.ts";
import { Wire } from "./wire.ts";

let simulator: Simulator;
let wire: Wire;
afterEach(async () => {
  wire.close();
  await simulator.stop();
  expect(simulator.escapes).toEqual([]);
});

/** `before` and `wanted` are VyOS's own texts, taken from the router itself. */
async function prepare(options: SimulatorOptions = {}, bent: Parameters<typeof lay>[3] = {}) {
  simulator = await startSimulator({ secondsPerSecond: 0, commitSeconds: 116, ...options });
  simulator.byHand(staticSix, { save: true });
  const before = simulator.shown();
  simulator.byHand([...tunnelLines, ...moveRoute]);
  const wanted = simulator.shown();
  simulator.reboot();
  expect(simulator.shown()).toBe(before);
  wire = await Wire.open(simulator);
  await lay(wire, before, wanted, bent);
  return { before, wanted };
}

async function run(command = start()): Promise<void> {
  expect(await wire.run(command)).toEqual({ text: "", status: 0 });
}
const status = (): string[] =>
  (simulator.files.read(`${folder}/status`) ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/^[\d.]+ /, ""));
const kernel = async (): Promise<{ nat: number; tun0: boolean; route: boolean }> => {
  const nft = (await wire.run("sudo nft list ruleset")).text;
  const tun0 = (await wire.run("ip -6 tunnel show")).text.includes("tun0:");
  const route = (await wire.run("ip route")).text.includes("default nhid 21 dev tun0");
  return { nat: nft.match(/SRC-NAT-/g)?.length ?? 0, tun0, route };
};
const half = { nat: 1, tun0: true, route: false };
const all = { nat: 1, tun0: true, route: true };
const none = { nat: 0, tun0: false, route: false };

describe("a change in a transient unit", () => {
  it("goes on without the link, and is kept on a word", async () => {
    const { wanted } = await prepare();
    await run();
    wire.close();
    await simulator.advance(120);
    expect(status()).toEqual([
      "start",
      "loaded rc=0",
      "committing",
      "commit rc=0",
      "teardown rc=0",
      "waiting 20 s",
    ]);
    wire = await Wire.open(simulator);
    expect((await wire.run(show("ActiveState,Result"))).text).toBe("ActiveState=active\nResult=success\n");
    simulator.files.write(`${folder}/keep`, "");
    await simulator.advance(2);
    expect(status().at(-1)).toBe("kept");
    expect(simulator.shown()).toBe(wanted);
    expect((await wire.run("systemctl is-active vyos-uplink-change.service")).text).toBe("inactive\n");
  });

  it("puts back byte for byte when nobody says a word", async () => {
    const { before } = await prepare();
    await run();
    await simulator.advance(116 + 20 + 116 + 5);
    expect(status().slice(5)).toEqual([
      ...["waiting 20 s", "no word: back", "loaded rc=0", "committing", "commit rc=0", "teardown rc=0"],
      "back: byte for byte",
    ]);
    expect(simulator.shown()).toBe(before);
    expect(await kernel()).toEqual(none);
  });

  it("shows the new configuration at the commit's end only, and the kernel changes on the way", async () => {
    const { before, wanted } = await prepare();
    await run();
    await simulator.advance(90);
    expect(simulator.shown()).toBe(before);
    expect(await kernel()).toEqual(half);
    await simulator.advance(30);
    expect(simulator.shown()).toBe(wanted);
    expect(await kernel()).toEqual(all);
  });

  it("refuses each value when /etc/default/vyatta was not sourced", async () => {
    const { before } = await prepare({}, { environment: ":" });
    await run();
    await simulator.advance(1);
    expect(simulator.files.read(`${folder}/load.out`)).toContain(
      "sh: line 1: /validate-value: No such file or directory\nValue validation failed\nSet ['interfaces' 'ethernet' 'eth1' 'address' ",
    );
    expect(simulator.shown()).not.toContain("tunnel");
    expect(before).not.toContain("tunnel");
  });

  it("loses its arguments, and cannot exit, once it sourced script-template", async () => {
    await prepare();
    const text = 'source /opt/vyatta/etc/functions/script-template; echo "$1"; exit 3; echo went on';
    await wire.run(`printf '%s' '${text}' >/tmp/try`);
    expect((await wire.run("/bin/vbash /tmp/try first")).text).toBe(
      "1\n\n  Invalid command: [3]\n\nwent on\n",
    );
  });

  it("answers 0 for a command that lies on /run, which is mounted noexec, and fails with 203", async () => {
    await prepare();
    await wire.run(`chmod 0755 ${folder}/change`);
    await run(start("", `${folder}/change ${folder}`).replace("--collect ", ""));
    expect((await wire.run(show("ActiveState,Result,ExecMainStatus"))).text).toBe(
      "ActiveState=failed\nResult=exit-code\nExecMainStatus=203\n",
    );
    expect(simulator.journal.join("\n")).toContain(
      `Failed at step EXEC spawning ${folder}/change: Permission denied`,
    );
    expect((await wire.run(`${folder}/change`)).status).toBe(126);
  });

  it("tells the time that no jump of the clock moves", async () => {
    await prepare();
    const [before] = (await wire.run("cat /proc/uptime")).text.split(" ");
    simulator.jumpClock(3600);
    await simulator.advance(10);
    const [after] = (await wire.run("cat /proc/uptime")).text.split(" ");
    expect(Number(after) - Number(before)).toBeCloseTo(10, 0);
  });

  it.each(["KILL", "TERM"])("runs what is to run after it when it is ended by SIG%s", async (signal) => {
    await prepare();
    await wire.run(`printf '%s' 'echo "$SERVICE_RESULT $EXIT_STATUS" >>${folder}/after' >${folder}/post`);
    await run(start(`-p 'ExecStopPost=/bin/vbash ${folder}/post' -p TimeoutStopSec=infinity`));
    await simulator.advance(10);
    await wire.run(`sudo systemctl kill --signal=${signal} vyos-uplink-change.service`);
    await simulator.advance(1);
    // A client's SIGTERM is no failure (systemd.service(5)).
    const words = signal === "KILL" ? "signal KILL\n" : "success TERM\n";
    expect(simulator.files.read(`${folder}/after`)).toBe(words);
    expect((await wire.run("systemctl is-active vyos-uplink-change.service")).text).toBe("inactive\n");
  });

  it("tells its first process alone to stop when KillMode is mixed, and a commit comes to its end", async () => {
    const { wanted } = await prepare();
    await run(start("-p KillMode=mixed -p SendSIGKILL=no -p TimeoutStopSec=infinity"));
    await simulator.advance(10);
    await wire.run("sudo systemctl stop --no-block vyos-uplink-change.service");
    await simulator.advance(110);
    // Nobody runs what stands behind my_commit in the script.
    expect(status().at(-1)).toBe("committing");
    expect(simulator.shown()).toBe(wanted);
  });

  it("starts a unit whose file somebody laid (systemd.unit(5): /run/systemd/system)", async () => {
    await prepare();
    const lines = ["[Service]", "Type=oneshot", "User=vyos", `ExecStart=/bin/vbash ${folder}/hello`];
    await wire.run(`printf '%s' 'id -un >${folder}/who' >${folder}/hello`);
    await wire.run(`printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} >${folder}/unit`);
    await wire.run(`sudo install -m 0644 ${folder}/unit /run/systemd/system/hello.service`);
    expect(await wire.run("sudo systemctl start hello.service")).toEqual({ text: "", status: 0 });
    expect(simulator.files.read(`${folder}/who`)).toBe("vyos\n");
    expect((await wire.run("sudo systemctl start none.service")).status).toBe(5);
  });
});

describe("a commit that is killed", () => {
  const kill = (at: Fault["at"]): void => simulator.inject({ at, kind: "kill-commit", times: 1 });

  it("in the middle: the text is old, the kernel half new, and loading the old text mends nothing", async () => {
    const { before } = await prepare();
    await run();
    kill("commit-middle");
    await simulator.advance(120);
    expect(status()).toContain("commit rc=137");
    expect(status()).toContain("left in the session");
    await simulator.advance(30);
    expect(status().slice(-3)).toEqual(["no difference", "teardown rc=0", "back: byte for byte"]);
    expect(simulator.shown()).toBe(before);
    expect((await kernel()).nat).toBe(1);
  });

  it("in the middle: brought to its end, then undone, the kernel is as before", async () => {
    await prepare();
    await run();
    kill("commit-middle");
    await simulator.advance(150);
    await wire.run(`rm ${folder}/status`);
    await run();
    await simulator.advance(300);
    expect(status().at(-1)).toBe("back: byte for byte");
    expect(await kernel()).toEqual(none);
  });

  it("while the active one is replaced: it is empty, the kernel new, and the copied folder brings it back", async () => {
    const { before } = await prepare();
    expect((await wire.run("cp -a /opt/vyatta/config/active /tmp/aside")).status).toBe(0);
    await run();
    kill("commit-replace");
    await simulator.advance(118);
    expect(status()).toEqual(expect.arrayContaining(["commit rc=137", "teardown rc=1"]));
    expect(simulator.shown()).toBe("");
    expect(await kernel()).toEqual(all);
    await wire.run("sudo systemctl kill --signal=KILL vyos-uplink-change.service");
    expect((await wire.run("cp -a /tmp/aside/. /opt/vyatta/config/active")).status).toBe(0);
    expect(simulator.shown()).toBe(before);
    expect(await kernel()).toEqual(all);
  });

  it("while the active one is replaced: whoever commits over it is shut out for minutes", async () => {
    await prepare();
    await run();
    kill("commit-replace");
    await simulator.advance(160);
    expect(status()).toContain("commit rc=1");
    await expect(Wire.open(simulator)).rejects.toThrow();
    await simulator.advance(600);
    wire = await Wire.open(simulator);
  });

  it("just after it was replaced: the new one is there whole, and no hook has run", async () => {
    const { wanted } = await prepare();
    simulator.files.write("/config/scripts/commit/post-hooks.d/seen", "echo x >/tmp/hook\n", 0o755);
    await run();
    kill("commit-replaced");
    await simulator.advance(118);
    expect(status()).toEqual(expect.arrayContaining(["commit rc=137", "teardown rc=0"]));
    expect(simulator.shown()).toBe(wanted);
    expect(await kernel()).toEqual(all);
    expect(simulator.files.read("/tmp/hook")).toBeUndefined();
  });

  it.each([
    { interpreter: "/bin/vbash", words: "commit rc=0" },
    // cstore-unionfs.cpp, setupSession: a session whose process is no live vbash is taken away.
    { interpreter: "/bin/bash", words: "commit rc=1" },
  ])("$interpreter: another login of the user meanwhile, $words", async ({ interpreter, words }) => {
    const { before } = await prepare();
    await run(start("", `${interpreter} ${folder}/change ${folder}`));
    await simulator.advance(60);
    const other = await Wire.open(simulator);
    await simulator.advance(60);
    expect(status()).toContain(words);
    const failed = simulator.files
      .read(`${folder}/commit.out`)
      ?.includes("Failed to generate committed config");
    expect(failed).toBe(words === "commit rc=1");
    if (failed) expect(simulator.shown()).toBe(before);
    other.close();
  });
});
