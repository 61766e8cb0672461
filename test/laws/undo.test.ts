/** The undo timer on the router: armed, disarmed, fired without a connection, met by another commit, lost at reboot. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { arm, armUndo, directory, isActive } from "./undo.ts";
import { Wire } from "./wire.ts";

const route = "protocols static route 0.0.0.0/0";

describe("the undo timer", () => {
  let simulator: Simulator;
  let wire: Wire;
  let before: string[];
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    wire = await Wire.open(simulator);
    before = simulator.running();
  });
  afterEach(async () => {
    wire.close();
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });

  const moveRoute = async (): Promise<void> => {
    await wire.set(...route.split(" "), "interface", "tun0");
    await wire.program("/opt/vyatta/sbin/my_delete", ...route.split(" "), "next-hop", "192.168.100.1");
    expect(await wire.commit()).toEqual({ text: "", status: 0 });
    expect(simulator.running()).toContain(`set ${route} interface tun0`);
  };
  const log = (): string => simulator.files.read("/run/vyos-uplink/undo.log") ?? "";

  it("puts the snapshot back when nobody disarms it, though the connection is gone", async () => {
    await armUndo(wire, 120);
    await moveRoute();
    wire.close();
    await simulator.advance(119);
    expect(simulator.running()).not.toEqual(before);
    await simulator.advance(1);
    expect(simulator.running()).toEqual(before);
    expect(log()).toMatch(/^undo starts \d+\nundo ends \d+\n$/);
    expect(simulator.files.read("/run/vyos-uplink/undone")).toMatch(/^\d+\n$/);
  });

  it("does nothing once it is stopped", async () => {
    await armUndo(wire, 120);
    expect(await wire.run(isActive)).toEqual({ text: "active\ninactive\n", status: 0 });
    await moveRoute();
    expect((await wire.run("sudo systemctl stop vyos-uplink-undo.timer")).status).toBe(0);
    expect(await wire.run(isActive)).toEqual({ text: "inactive\ninactive\n", status: 3 });
    await simulator.advance(1000);
    expect(simulator.running()).not.toEqual(before);
    expect(log()).toBe("");
  });

  it("undoes at once when its service is started by hand", async () => {
    await armUndo(wire, 120);
    await moveRoute();
    expect((await wire.run("sudo systemctl start vyos-uplink-undo.service")).status).toBe(0);
    expect(simulator.running()).toEqual(before);
  });

  it.each([
    { type: "simple", words: "active\nactive\n", status: 0, waits: false },
    // The unit counts as "activating" until its script has ended, and `start` waits for that.
    { type: "oneshot", words: "active\nactivating\n", status: 0, waits: true },
  ])(
    "$type: is-active while it runs, and whether start waits: $waits",
    async ({ type, words, status, waits }) => {
      await armUndo(wire, 120, `--property=Type=${type}`);
      await moveRoute();
      simulator.holdCommitLock(3);
      let ended = false;
      const start = wire.run("sudo systemctl start vyos-uplink-undo.service").then(() => {
        ended = true;
      });
      const other = await Wire.open(simulator);
      expect(await other.run(isActive)).toEqual({ text: words, status });
      expect(ended).toBe(!waits);
      await simulator.advance(4);
      await start;
      expect(simulator.running()).toEqual(before);
      other.close();
    },
  );

  it("tries again while another commit holds the lock", async () => {
    await armUndo(wire, 120);
    await moveRoute();
    simulator.holdCommitLock(125);
    await simulator.advance(120);
    expect(simulator.running()).toEqual(before);
    expect(log().match(/temporarily locked due to another commit/g)).toHaveLength(3); // at 0, 2 and 4 s
    expect(await wire.run(isActive)).toEqual({ text: "inactive\ninactive\n", status: 3 });
  });

  it("refuses a second one while the first is loaded, and a user who is not root", async () => {
    await armUndo(wire, 120);
    expect(await wire.run(arm(60))).toEqual({
      text: "Failed to start transient timer unit: Unit vyos-uplink-undo.timer was already loaded or has a fragment file.\n",
      status: 1,
    });
    await wire.run("sudo systemctl stop vyos-uplink-undo.timer");
    expect((await wire.run(arm(60).replace("sudo ", ""))).text).toContain("authentication required");
    expect((await wire.run(arm(60))).status).toBe(0);
  });

  it("is forgotten by a reboot, which boots what was saved", async () => {
    await armUndo(wire, 120);
    await moveRoute();
    simulator.reboot();
    await expect(wire.run("true")).rejects.toThrow("connection closed");
    expect(simulator.running()).toEqual(before);
    expect(simulator.files.read("/run/vyos-uplink/undo")).toBeUndefined();
    wire = await Wire.open(simulator);
    expect(await wire.run(isActive)).toEqual({ text: "inactive\ninactive\n", status: 3 });
  });

  it("lists the timer and the running service", async () => {
    await armUndo(wire, 120);
    await moveRoute();
    const list = "systemctl list-units --all --plain --no-legend 'vyos-uplink-*'";
    expect((await wire.run(list)).text).toBe(
      "vyos-uplink-undo.timer loaded active waiting /bin/vbash /run/vyos-uplink/undo\n",
    );
    expect((await wire.run("systemctl list-timers --all")).text).toContain("vyos-uplink-undo.timer");
  });

  it("keeps what it needs where only its owner reads it", async () => {
    expect((await wire.run("mkdir /run/elsewhere")).text).toContain("Permission denied");
    expect((await wire.run("echo x >/run/elsewhere")).text).toContain("/run/elsewhere: Permission denied");
    await wire.run(directory);
    expect((await wire.run("stat -c '%a %U %G' /run/vyos-uplink")).text).toBe("700 vyos vyattacfg\n");
    expect((await wire.run("/run/vyos-uplink/undo")).status).toBe(127);
    await wire.run("echo 'exit 3' >/tmp/undo");
    expect((await wire.run("/tmp/undo")).status).toBe(126);
    await wire.run("chmod 0700 /tmp/undo");
    expect((await wire.run("/tmp/undo")).status).toBe(3);
  });
});
