/** Router against a simulated one over SSH: what it commits, what it leaves alone, and what it says of failures. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { UplinkError } from "../../errors.ts";
import type { Operation } from "../../router/change/operation.ts";
import { type Done, OperationFailed } from "../../router/change/operation.ts";
import { Router, type RouterOptions } from "../../router/router.ts";
import { subtree } from "../../vyos/tree.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { dummy, operation, rejection, routerSettings } from "./lab.ts";

describe("Router", () => {
  let simulator: Simulator;
  let opened: Router[];

  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 10 });
    opened = [];
  });
  afterEach(async () => {
    for (const router of opened) await router.close();
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
    expect(simulator.rootCommands).toEqual([]);
  });

  const routerWith = (changed: Partial<RouterOptions> = {}): Router => {
    const router = new Router(routerSettings(simulator, changed));
    opened.push(router);
    return router;
  };
  const codeOf = async (promise: Promise<unknown>): Promise<string> => {
    const error = await rejection(promise);
    const reason = error instanceof OperationFailed ? error.reason : error;
    return reason instanceof UplinkError ? reason.code : `no code: ${error.stack}`;
  };
  const outcome = (promise: Promise<Done>): Promise<string> =>
    promise.then(
      () => "done",
      () => codeOf(promise),
    );
  const outcomes = (router: Router, operations: readonly Operation[]): Promise<string[]> =>
    Promise.all(operations.map((one) => outcome(router.submit(one))));
  const holds = (part: string): boolean => simulator.running().some((line) => line.includes(part));
  const expectSaved = (): void => expect(simulator.saved()).toEqual(simulator.running());

  describe("Router.submit() of operations that arrive together", () => {
    it("makes one commit and one save of them over two connections, and saved equals running", async () => {
      const router = routerWith();
      const many = Array.from({ length: 8 }, (_, index) => dummy(`dum${index}`, `192.0.2.${index + 1}/32`));
      const done = await Promise.all(many.map((one) => router.submit(one)));
      expect(simulator.counters).toMatchObject({ commits: 1, connections: 2, saves: 1, sets: 0 });
      for (const { committedAt } of done) expect(committedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
      for (const [index] of many.entries()) expect(holds(`dummy dum${index} address`)).toBe(true);
      expectSaved();
    });

    it("goes on with the connection that said the last change was good", async () => {
      const router = routerWith();
      await router.submit(dummy("dum0", "192.0.2.1/32"));
      await router.submit(dummy("dum1", "192.0.2.2/32"));
      expect(simulator.counters).toMatchObject({ commits: 2, connections: 3 });
      expectSaved();
    });

    it("gives up what an earlier run has declared, and leaves what this run has: that is the old half of a replacement", async () => {
      const router = routerWith();
      await router.submit(dummy("dum0", "192.0.2.1/32"));
      await router.submit(operation("interfaces dummy dum0", undefined));
      expect(holds("dum0")).toBe(true);
      await routerWith().submit(operation("interfaces dummy dum0", undefined));
      expect(holds("dum0")).toBe(false);
      expectSaved();
    });
  });

  describe("Router.submit() where something stands already", () => {
    beforeEach(() => {
      simulator.byHand(["set interfaces dummy dum0 address '192.0.2.1/32'"], { save: true });
      simulator.counters.commits = 0;
    });

    it("adopts an equal node without a commit", async () => {
      const done = await routerWith().submit(dummy("dum0", "192.0.2.1/32"));
      expect(done.committedAt).toBeUndefined();
      expect(simulator.counters).toMatchObject({ commits: 0, sets: 0, deletes: 0 });
      expectSaved();
    });

    it("refuses a different one with the difference, while the other operation of the batch goes on", async () => {
      const router = routerWith();
      const refused = rejection(router.submit(dummy("dum0", "192.0.2.99/32")));
      const other = outcome(router.submit(dummy("dum1", "192.0.2.2/32")));
      const error = await refused;
      expect(error).toHaveProperty("code", "OCCUPIED");
      expect(error.message).toContain("192.0.2.99/32");
      expect(error.message).toContain("in the way: interfaces dummy dum0");
      expect(await other).toBe("done");
      expect(holds("dummy dum0 address '192.0.2.1/32'")).toBe(true);
      expect(holds("192.0.2.99")).toBe(false);
      expectSaved();
    });

    it("leaves the router untouched when the only operation is refused", async () => {
      const before = simulator.running();
      expect(await outcomes(routerWith(), [dummy("dum0", "192.0.2.99/32")])).toEqual(["OCCUPIED"]);
      expect(simulator.running()).toEqual(before);
      expect(simulator.counters).toMatchObject({ commits: 0, sets: 0, deletes: 0, saves: 0 });
    });

    it("changes a different one that it may take over", async () => {
      await routerWith().submit(dummy("dum0", "192.0.2.99/32", { takeOver: true }));
      expect(holds("dummy dum0 address '192.0.2.99/32'")).toBe(true);
      expect(holds("192.0.2.1/32")).toBe(false);
      expectSaved();
    });

    it("sets nothing when the running configuration fulfils the operation in another form", async () => {
      const fulfilledBy = (): boolean => true;
      await routerWith().submit(dummy("dum0", "192.0.2.99/32", { fulfilledBy }));
      expect(simulator.counters).toMatchObject({ commits: 0, sets: 0, deletes: 0 });
    });
  });

  describe("Router.submit() of what the router refuses", () => {
    it.each([
      ["a value out of range", operation("interfaces tunnel tun0", ["mtu 10"]), "mtu 10"],
      ["a node that does not exist", operation("interfaces dummy dum9", ["nosuchnode x"]), "nosuchnode"],
    ])("fails %s alone with COMMAND_REFUSED, and commits the others", async (_name, bad, named) => {
      const router = routerWith();
      const refused = rejection(router.submit(bad));
      const others = outcomes(router, [dummy("dum0", "192.0.2.1/32"), dummy("dum1", "192.0.2.2/32")]);
      const error = await refused;
      expect(error).toHaveProperty("code", "COMMAND_REFUSED");
      expect(error.message).toContain(named);
      expect(await others).toEqual(["done", "done"]);
      expect(simulator.counters.commits).toBe(1);
      expect(holds(bad.id)).toBe(false);
      expectSaved();
    });

    it("fails an operation that required the refused one too, not the unrelated one", async () => {
      const router = routerWith({ requirementWaitSeconds: 0 });
      const bad = operation("interfaces tunnel tun0", ["mtu 10"]);
      const needing = dummy("dum0", "192.0.2.1/32", { requires: ["interfaces tunnel tun0"] });
      expect(await outcomes(router, [bad, needing, dummy("dum1", "192.0.2.2/32")])).toEqual([
        "COMMAND_REFUSED",
        "REQUIREMENT_MISSING",
        "done",
      ]);
      expect(holds("dum0")).toBe(false);
      expectSaved();
    });

    it("leaves out what belongs to the same switch as a refused one, and does the rest", async () => {
      const bad = operation("interfaces tunnel tun0", ["mtu 10"]);
      const beside = dummy("dum2", "192.0.2.3/32");
      const needing = dummy("dum0", "192.0.2.1/32", {
        requires: ["interfaces tunnel tun0", "interfaces dummy dum2"],
      });
      const router = routerWith({ requirementWaitSeconds: 0 });
      expect(await outcomes(router, [bad, beside, needing, dummy("dum1", "192.0.2.2/32")])).toEqual([
        "COMMAND_REFUSED",
        "LEFT_OUT",
        "REQUIREMENT_MISSING",
        "done",
      ]);
      expect(holds("dum2")).toBe(false);
    });

    it("puts back a commit that fails in part, says COMMIT_REJECTED once, and saves nothing", async () => {
      const before = simulator.running();
      const badRule = operation("nat source rule 10", [
        "outbound-interface name eth0",
        "protocol icmp",
        "translation address 192.0.2.1",
        "translation port 1024-2048",
      ]);
      const codes = await outcomes(routerWith(), [dummy("dum0", "192.0.2.1/32"), badRule]);
      expect(codes).toEqual(["COMMIT_REJECTED", "LEFT_OUT"]);
      expect(simulator.running()).toEqual(before);
      expect(simulator.saved()).toEqual(before);
      expect(simulator.counters.saves).toBe(0);
    });

    it("takes on the next batch after a commit that failed in part", async () => {
      const router = routerWith();
      const badRule = operation("nat source rule 10", ["protocol icmp", "translation port 1024-2048"]);
      await outcomes(router, [dummy("dum0", "192.0.2.1/32"), badRule]);
      await router.submit(dummy("dum0", "192.0.2.1/32"));
      expect(holds("nat")).toBe(false);
      expectSaved();
    });

    it("says COMMIT_REJECTED when the whole commit is refused, and nothing changed", async () => {
      const before = simulator.running();
      simulator.inject({ at: "commit", kind: "refuse", times: 1 });
      expect(await outcomes(routerWith(), [dummy("dum0", "192.0.2.1/32")])).toEqual(["COMMIT_REJECTED"]);
      expect(simulator.running()).toEqual(before);
      expect(simulator.counters.saves).toBe(0);
    });
  });

  describe("Router.submit() beside unsaved work", () => {
    const foreign = "set interfaces dummy dum7 address '198.51.100.7/32'";

    it("says UNSAVED_WORK, names the path without its value and changes nothing", async () => {
      simulator.byHand([foreign]);
      const saved = simulator.saved();
      const error = await rejection(routerWith().submit(dummy("dum0", "192.0.2.1/32")));
      expect(error).toHaveProperty("code", "UNSAVED_WORK");
      expect(error.message).toContain("interfaces dummy dum7");
      expect(error.message).not.toContain("198.51.100.7");
      expect(holds("dum0")).toBe(false);
      expect(simulator.saved()).toEqual(saved);
    });

    it("goes on and saves it with allowUnsavedWork", async () => {
      simulator.byHand([foreign]);
      await routerWith({ allowUnsavedWork: true }).submit(dummy("dum0", "192.0.2.1/32"));
      expect(holds("dum0")).toBe(true);
      expect(holds("dum7")).toBe(true);
      expectSaved();
    });

    it("does not take drift within the operation's own path for somebody's work", async () => {
      const router = routerWith();
      await router.submit(dummy("dum0", "192.0.2.1/32"));
      simulator.byHand(["set interfaces dummy dum0 address '192.0.2.50/32'"]);
      await router.submit(dummy("dum0", "192.0.2.1/32"));
      expect(holds("192.0.2.50")).toBe(false);
      expectSaved();
    });

    it("saves an equal node that nobody had saved", async () => {
      simulator.byHand(["set interfaces dummy dum0 address '192.0.2.1/32'"]);
      await routerWith().submit(dummy("dum0", "192.0.2.1/32"));
      expectSaved();
    });
  });

  it("Router.submit() says NOT_SAVED with applied true when the save is refused", async () => {
    simulator.inject({ at: "save", kind: "refuse", times: 1 });
    const router = routerWith();
    const error = (await rejection(router.submit(dummy("dum0", "192.0.2.1/32")))) as OperationFailed;
    expect(error.reason).toHaveProperty("code", "NOT_SAVED");
    expect(error.applied).toBe(true);
    expect(holds("dum0")).toBe(true);
    await router.submit(dummy("dum0", "192.0.2.1/32"));
    expectSaved();
  });

  describe("Router.submit() of an operation with requirements", () => {
    const needing = dummy("dum0", "192.0.2.1/32", { requires: ["interfaces dummy dum1"] });
    const brings = dummy("dum1", "192.0.2.2/32");

    it("waits for the later operation that brings them, and both are committed", async () => {
      const router = routerWith();
      const first = outcome(router.submit(needing));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(holds("dum0")).toBe(false);
      expect(await outcome(router.submit(brings))).toBe("done");
      expect(await first).toBe("done");
      expect(holds("dum0")).toBe(true);
      expectSaved();
    });

    it("goes at once when they come in the same batch or stand already", async () => {
      const router = routerWith();
      expect(await outcomes(router, [needing, brings])).toEqual(["done", "done"]);
      expect(simulator.counters.commits).toBe(1);
      const third = dummy("dum2", "192.0.2.3/32", { requires: ["interfaces dummy dum1 address 192.0.2.2"] });
      expect(await outcomes(router, [third])).toEqual(["done"]);
    });

    it.each([0, 1])("says REQUIREMENT_MISSING after %d s when they never come", async (seconds) => {
      const start = Date.now();
      const router = routerWith({ requirementWaitSeconds: seconds });
      const error = await rejection(router.submit(needing));
      expect(error).toHaveProperty("code", "REQUIREMENT_MISSING");
      expect(error.message).toContain("interfaces dummy dum1");
      expect(Date.now() - start).toBeGreaterThanOrEqual(seconds * 1000);
      expect(Date.now() - start).toBeLessThan(seconds * 1000 + 2000);
      expect(simulator.counters).toMatchObject({ commits: 0, saves: 0 });
    });

    it("does not commit it when the same batch takes away what it requires", async () => {
      const router = routerWith({ requirementWaitSeconds: 0 });
      await routerWith().submit(brings);
      const gone = operation("interfaces dummy dum1", undefined);
      expect(await outcomes(router, [needing, gone])).toEqual(["REQUIREMENT_MISSING", "done"]);
      expect(holds("dummy")).toBe(false);
    });
  });

  describe("Router.submit() while another commit runs", () => {
    it("tries again, and commits once the lock is gone", async () => {
      simulator.inject({ at: "commit", kind: "lock", times: 1 });
      await routerWith().submit(dummy("dum0", "192.0.2.1/32"));
      expect(simulator.counters.commits).toBe(1);
      expectSaved();
    });

    it("says COMMIT_LOCKED after lockWaitSeconds, and the next batch does not carry the old one along", async () => {
      simulator.holdCommitLock(20);
      const router = routerWith({ lockWaitSeconds: 1 });
      expect(await outcomes(router, [dummy("dum0", "192.0.2.1/32")])).toEqual(["COMMIT_LOCKED"]);
      expect(holds("dum0")).toBe(false);
      await simulator.advance(30);
      await router.submit(dummy("dum1", "192.0.2.2/32"));
      expect(holds("dum0")).toBe(false);
      expectSaved();
    });
  });

  describe("Router.readRunning()", () => {
    it("is one read of the configuration for all who ask at once", async () => {
      const router = routerWith();
      const trees = await Promise.all(Array.from({ length: 20 }, () => router.readRunning()));
      expect(simulator.counters).toMatchObject({ configReads: 1, connections: 1 });
      expect(new Set(trees).size).toBe(1);
      const name = trees[0] && subtree(trees[0], ["system", "host-name", "vyos"]);
      expect(name).toBeDefined();
    });

    it("reads anew after a batch", async () => {
      const router = routerWith();
      await router.readRunning();
      await router.submit(dummy("dum0", "192.0.2.1/32"));
      const tree = await router.readRunning();
      expect(subtree(tree, ["interfaces", "dummy", "dum0"])).toBeDefined();
    });

    it("asks again after a reading that failed", async () => {
      simulator.inject({ at: "read", kind: "drop", times: 1 });
      const router = routerWith();
      expect(await codeOf(router.readRunning())).toBe("ROUTER_UNREACHABLE");
      expect(subtree(await router.readRunning(), ["system"])).toBeDefined();
    });
  });

  it("new Router() opens no connection before somebody asks", async () => {
    await routerWith().close();
    expect(simulator.counters.connections).toBe(0);
  });
});
