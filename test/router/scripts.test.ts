/** Scripts beside the configuration, through the router room against a simulated router: written, undone, taken away. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Operation, ScriptTarget } from "../../router/change/operation.ts";
import { Router } from "../../router/router.ts";
import type { OwnedFile } from "../../vyos/resources/owned-file.ts";
import { routerScriptModel } from "../../vyos/resources/router-script.ts";
import { type Fault, type Simulator, startSimulator } from "../simulator/simulator.ts";
import { dummy, operation, rejection, routerSettings } from "./lab.ts";

const path = "/config/scripts/uplink-check";
const boot = "/config/scripts/vyos-postconfig-bootup.script";
const log = "/config/scripts/log";
const text = `#!/bin/sh\n# it's "$(reboot)" \`here\`\necho "$1 $(id -un)" >>${log}\n`;

function script(wanted: ScriptTarget["wanted"], content = text, start = "start"): ScriptTarget {
  const value = routerScriptModel.parse({ name: "uplink-check", text: content, start, stop: "stop" });
  return { file: routerScriptModel.files?.(value)[0] as OwnedFile, wanted };
}
const line = (wanted: ScriptTarget["wanted"]): ScriptTarget => ({
  file: { kind: "line", path: boot, line: `${path} boot` },
  wanted,
});
const put = (scripts: ScriptTarget[], expects: Operation["expects"] = "free"): Operation => ({
  id: path,
  targets: [],
  scripts,
  expects,
  requires: [],
});

describe("Router.submit() of scripts", () => {
  let simulator: Simulator;
  let router: Router;
  beforeEach(async () => {
    simulator = await startSimulator({ laws: "kinder-than-vyos" });
    router = new Router(routerSettings(simulator));
  });
  afterEach(async () => {
    await router.close();
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });
  const read = (file = path): string | undefined => simulator.files.read(file);
  const codeOf = async (promise: Promise<unknown>): Promise<string> =>
    /\[([A-Z_]+)\]/.exec((await rejection(promise)).message)?.[1] ?? "no code";

  it("writes one to the byte with its mark, and runs it as root, without a commit", async () => {
    await router.submit(put([script("there")]));
    expect(read()).toBe(
      text.replace("#!/bin/sh\n", "#!/bin/sh\n# Written by vyos-uplink: edits are overwritten.\n"),
    );
    expect(read(log)).toBe("start root\n");
    expect(simulator.counters).toMatchObject({ commits: 0 });
    expect((await router.readFiles([path])).get(path)?.as).toBe("-m 755 -o root -g vyattacfg");
  });

  it("does nothing when it is there already", async () => {
    await router.submit(put([script("there")]));
    const { committedAt } = await router.submit(put([script("there")]));
    expect(committedAt).toBeUndefined();
    expect(read(log)).toBe("start root\n");
  });

  it("takes one away that it stopped before, and leaves no trace", async () => {
    const before = read(boot);
    await router.submit(put([script("there"), line("there")]));
    await router.submit(put([script("gone"), line("gone")], "any"));
    expect(read()).toBeUndefined();
    expect(read(boot)).toBe(before);
    expect(read(log)).toBe("start root\nstop root\n");
    for (const name of ["script", "before", "undo", "undone"])
      expect(read(`/run/vyos-uplink/${name}`)).toBeUndefined();
  });

  it("comes in the commit of the operations that arrive with it, and a task finds it there", async () => {
    const task = operation("system task-scheduler task check", ["interval 1m", `executable path ${path}`], {
      requires: [path],
    });
    await Promise.all([router.submit(task), router.submit(put([script("there")]))]);
    expect(simulator.counters.commits).toBe(1);
    expect(simulator.saved()).toContain(`set system task-scheduler task check executable path '${path}'`);
  });

  it("leaves a requirement waiting for a file that does not come", async () => {
    await router.close();
    router = new Router(routerSettings(simulator, { requirementWaitSeconds: 0 }));
    const needing = dummy("dum0", "192.0.2.1/32", { requires: [path] });
    expect(await codeOf(router.submit(needing))).toBe("REQUIREMENT_MISSING");
  });

  describe("where somebody else's file stands", () => {
    const theirs = "#!/bin/sh\necho mine\n";
    beforeEach(() => simulator.files.write(path, theirs, 0o700));

    it("refuses, and changes nothing", async () => {
      expect(await codeOf(router.submit(put([script("there")])))).toBe("OCCUPIED");
      expect(read()).toBe(theirs);
    });

    it("takes over when it may, and tells what it found", async () => {
      const { files } = await router.submit(put([script("there")], "any"));
      expect(files.get(path)).toMatchObject({ text: theirs, as: "-m 700 -o root -g root" });
    });

    it("does not take away what it did not write", async () => {
      await router.submit(put([script("gone")], "any"));
      expect(read()).toBe(theirs);
    });
  });

  it.each([
    ["no file", undefined],
    ["VyOS's own", "#!/bin/sh\n# This script is executed at boot time\n\n"],
    ["one that ends early", "#!/bin/bash\nlogger up\nexit 0"],
    ["one without an interpreter", "logger up\n"],
  ])(
    "puts its line where it runs in a boot script that is %s, and takes it out to the byte",
    async (_name, found) => {
      if (found !== undefined) simulator.files.write(boot, found, 0o775);
      await router.submit(put([script("there"), line("there")]));
      simulator.reboot();
      await simulator.advance(1);
      expect(read(log)).toBe("start root\nboot root\n");
      await router.submit(put([line("there")], "any"));
      expect(read(boot)?.split(`${path} boot`)).toHaveLength(2);
      await router.submit(put([line("gone")], "any"));
      expect(read(boot)).toBe(found);
    },
  );

  it("puts everything back when the commit is refused", async () => {
    await router.submit(put([script("there")]));
    const before = read();
    simulator.inject({ at: "commit", kind: "refuse", times: 1 });
    const changed = router.submit(put([script("there", `${text}true\n`), line("there")], "any"));
    const outcomes = await Promise.allSettled([changed, router.submit(dummy("dum0", "192.0.2.1/32"))]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(read()).toBe(before);
    expect(read(boot)).toBeUndefined();
    expect(read(log)).toBe("start root\nstart root\nstart root\n"); // installed, changed, and the old one again
  });

  it("says SCRIPT_FAILED when the script fails, and commits nothing of its batch", async () => {
    const bad = script("there", "#!/bin/sh\necho no space here >&2\nexit 3\n");
    const running = simulator.running();
    const outcomes = [router.submit(put([bad])), router.submit(dummy("dum0", "192.0.2.1/32"))].map(codeOf);
    expect(await Promise.all(outcomes)).toEqual(["SCRIPT_FAILED", "SCRIPT_FAILED"]);
    expect(read()).toBeUndefined();
    expect(simulator.running()).toEqual(running);
  });

  it.each<Fault>([
    { at: "write", kind: "refuse", times: 9 },
    { at: "commit-begin", kind: "drop", times: 1 },
    { at: "disarm", kind: "drop", times: 1 },
  ])("ends with the old or the new, never with half of it, after %p", async (fault) => {
    await router.submit(put([script("there")]));
    const old = read();
    simulator.inject(fault);
    const next = script("there", `${text}true\n`);
    const both = [router.submit(put([next], "any")), router.submit(dummy("dum0", "192.0.2.1/32"))];
    const [first] = await Promise.allSettled(both);
    const isNew = simulator.running().some((one) => one.includes("dum0"));
    expect(read() === old).toBe(!isNew);
    expect(first?.status).toBe(isNew ? "fulfilled" : "rejected");
  });

  it("is put back by the router itself when the run is cut off, with its files", async () => {
    await router.close();
    await simulator.stop();
    simulator = await startSimulator({ secondsPerSecond: 0, laws: "kinder-than-vyos" });
    router = new Router(routerSettings(simulator, { undoAfterSeconds: 30, commitTimeoutSeconds: 1 }));
    const task = operation("system task-scheduler task check", ["interval 30m", `executable path ${path}`]);
    await Promise.all([router.submit(put([script("there")])), router.submit(task)]);
    const old = read();
    const running = simulator.running();
    const commits = simulator.reached["commit-end"];
    simulator.inject({ at: "commit-end", kind: "hang", times: 1 });
    const outcomes = Promise.all([
      codeOf(router.submit(put([script("there", `${text}true\n`), line("there")], "any"))),
      codeOf(router.submit(operation("system task-scheduler task check", undefined, { expects: "any" }))),
    ]);
    while (simulator.reached["commit-end"] === commits)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(simulator.running()).not.toEqual(running);
    await simulator.advance(40);
    expect(simulator.running()).toEqual(running);
    expect(read()).toBe(old);
    expect(read(boot)).toBeUndefined();
    expect(await outcomes).toEqual(["UNDONE_BY_ROUTER", "UNDONE_BY_ROUTER"]);
  });
});
