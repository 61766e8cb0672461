/** Kernel locks on a file of the router, process ids, and sessions that are left behind. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { directory } from "./undo.ts";
import { Wire } from "./wire.ts";

const open = "exec 9>>/run/vyos-uplink/lock";
const take = "flock -n 9";

describe("a lock that a client's shell holds", () => {
  let simulator: Simulator;
  let first: Wire;
  let second: Wire;
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    [first, second] = [await Wire.open(simulator), await Wire.open(simulator)];
    await first.run(directory);
    for (const wire of [first, second]) expect(await wire.run(open)).toEqual({ text: "", status: 0 });
    expect((await first.run(take)).status).toBe(0);
  });
  afterEach(async () => {
    first.close();
    second.close();
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });

  it("keeps another shell out, and the same one may take it again", async () => {
    expect((await second.run(take)).status).toBe(1);
    expect((await first.run(take)).status).toBe(0);
    expect((await second.run("flock -n 8")).status).toBe(65); // no such descriptor
  });

  it.each([
    ["is unlocked", (wire: Wire) => wire.run("flock -u 9")],
    ["closes the file", (wire: Wire) => wire.run("exec 9>&-")],
    ["opens the file again", (wire: Wire) => wire.run(open)],
  ])("is free when its shell %s", async (_name, act) => {
    await act(first);
    expect((await second.run(take)).status).toBe(0);
  });

  it("is free when its connection is lost", async () => {
    simulator.inject({ at: "read", kind: "drop", times: 1 });
    await expect(first.run("cat /config/config.boot")).rejects.toThrow("connection closed");
    expect((await second.run(take)).status).toBe(0);
  });

  it("stays with a program that inherited it, not with one started with 9>&-", async () => {
    void first.run("sleep 100 9>&-").catch(() => {});
    first.close();
    await second.run("true");
    await expect(first.run("true")).rejects.toThrow("connection closed");
    expect((await second.run(take)).status).toBe(0);
    const third = await Wire.open(simulator);
    void second.run("sleep 100").catch(() => {});
    second.close();
    await expect(second.run("true")).rejects.toThrow("connection closed");
    await third.run(open);
    expect((await third.run(take)).status).toBe(1);
    await simulator.advance(100);
    expect((await third.run(take)).status).toBe(0);
    third.close();
  });

  it("tells who holds it by a process id that is his own", async () => {
    await first.run(`printf '%s pid %s\\n' 'someone since now' "$$" >/run/vyos-uplink/holder`);
    const { text } = await second.run("cat /run/vyos-uplink/holder");
    const pid = /^someone since now pid (\d+)\n$/.exec(text)?.[1];
    expect((await second.run(`kill -0 ${pid}`)).status).toBe(0);
    expect((await second.run(`ps -o user=,args= -p ${pid}`)).text).toBe("vyos vbash -s\n");
    expect((await second.run('echo "$$"')).text).not.toBe(`${pid}\n`);
    first.close();
    await expect(first.run("true")).rejects.toThrow("connection closed");
    expect((await second.run(`kill -0 ${pid}`)).status).toBe(1);
    expect((await second.run(`ps -o user=,args= -p ${pid}`)).status).toBe(1);
  });

  it("shows the sessions with pending changes, and one whose shell has died", async () => {
    const find =
      "find /opt/vyatta/config/tmp -mindepth 2 -maxdepth 2 -path '*/changes_only_*' -printf '%h\\n'";
    expect((await second.run(find)).text).toBe("");
    const pid = (await first.run('echo "$$"')).text.trim();
    await first.set("interfaces", "dummy", "dum1");
    await first.set("interfaces", "dummy", "dum2");
    const row = `/opt/vyatta/config/tmp/changes_only_${pid}\n`;
    expect((await second.run(find)).text).toBe(row);
    first.close();
    await expect(first.run("true")).rejects.toThrow("connection closed");
    expect((await second.run(find)).text).toBe(row);
  });
});
