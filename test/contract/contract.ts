/**
 * What a router must do, whichever it is: the same cases for the simulated one and for a real one (docs/your-router.md). It
 * uses one dummy interface, one tunnel number, one NAT rule number and documentation prefixes, and leaves the router as it was.
 */

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { UplinkError } from "../../errors.ts";
import { arm, awaitUndo, disarm, readState } from "../../router/change/dead-man.ts";
import type { Operation, Target } from "../../router/change/operation.ts";
import { OperationFailed } from "../../router/change/operation.ts";
import { Router, type RouterOptions } from "../../router/router.ts";
import { ConfigSession } from "../../router/wire/session.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import type { Inputs } from "../../vyos/resources/inputs.ts";
import { parseResource, type ResourceType } from "../../vyos/resources/registry.ts";
import { type ConfigTree, sameTree, subtree, treeOf } from "../../vyos/tree.ts";
import { parseIpv4 } from "../../vyos/values.ts";

export interface ContractTarget {
  readonly settings: RouterOptions;
  /** The dummy interface that the cases may make and take away: dum9. */
  readonly dummy: string;
  /** Lets so many seconds of the router pass. */
  wait(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

export function routerContract(name: string, start: () => Promise<ContractTarget>): void {
  describe(name, () => {
    let target: ContractTarget;
    let asFound: { running: ConfigTree; saved: ConfigTree };
    let opened: { close(): Promise<void> }[] = [];

    const session = async (): Promise<ConfigSession> => {
      const { ssh } = target.settings;
      const one = await ConfigSession.open(new SshTransport(ssh), ssh.host, { ...target.settings, sleep });
      opened.push(one);
      return one;
    };
    const router = (changed: Partial<RouterOptions> = {}): Router => {
      const one = new Router({ ...target.settings, ...changed });
      opened.push(one);
      return one;
    };
    const dummyPath = (): string[] => ["interfaces", "dummy", target.dummy];
    const dummy = (address: string | undefined, more: Partial<Operation> = {}): Operation => ({
      id: dummyPath().join(" "),
      targets: [
        { path: dummyPath(), tree: address === undefined ? undefined : treeOf([["address", address]]) },
      ],
      expects: "any",
      requires: [],
      ...more,
    });

    beforeAll(async () => {
      target = await start();
      const one = await session();
      asFound = { running: await one.readRunning(), saved: await one.readSaved() };
      if (subtree(asFound.running, dummyPath())) throw new Error(`${target.dummy} is there: choose another`);
    });
    afterEach(async () => {
      await Promise.all(opened.map((one) => one.close()));
      opened = [];
    });
    afterAll(async () => {
      const one = await session();
      const [running, saved] = [await one.readRunning(), await one.readSaved()];
      await one.close();
      await target.stop();
      expect(sameTree(running, asFound.running)).toBe(true);
      expect(sameTree(saved, asFound.saved)).toBe(true);
    });

    describe("a configuration session", () => {
      it("refuses a value with its reason and status 1, and keeps what it accepted", async () => {
        const one = await session();
        const set = (path: string) => one.apply({ verb: "set", path: path.split(" ") });
        const refused = await set(`interfaces dummy ${target.dummy} address 192.0.2.300/32`);
        expect(refused.status).toBe(1);
        expect(refused.output).toContain("Set failed");
        expect((await set(`interfaces dummy ${target.dummy} address 192.0.2.9/32`)).status).toBe(0);
        const again = await set(`interfaces dummy ${target.dummy} address 192.0.2.9/32`);
        expect(again).toMatchObject({ status: 0, output: expect.stringContaining("already exists") });
        expect(await one.hasPendingChanges()).toBe(true);
        await one.discard();
        expect(await one.hasPendingChanges()).toBe(false);
      });

      it("takes a delete of what is not there for done", async () => {
        const one = await session();
        const path = ["interfaces", "dummy", target.dummy];
        expect(await one.apply({ verb: "delete", path })).toMatchObject({
          status: 0,
          output: expect.stringContaining("Nothing to delete"),
        });
      });

      it("does not show its candidate to another", async () => {
        const [one, other] = [await session(), await session()];
        await one.apply({ verb: "set", path: [...dummyPath(), "address", "192.0.2.9/32"] });
        expect(subtree(await other.readRunning(), dummyPath())).toBeUndefined();
        expect(await other.hasPendingChanges()).toBe(false);
        expect(await other.othersWithChanges()).toHaveLength(1);
        await one.discard();
      });
    });

    describe("a batch", () => {
      it("commits, reads back and saves; then adopts without a commit, and takes away", async () => {
        const one = router();
        expect((await one.submit(dummy("192.0.2.9/32"))).committedAt).toBeDefined();
        expect((await one.submit(dummy("192.0.2.9/32"))).committedAt).toBeUndefined();
        const look = await session();
        expect(sameTree(await look.readRunning(), await look.readSaved())).toBe(true);
        await one.submit(dummy(undefined));
        expect(subtree(await look.readRunning(), dummyPath())).toBeUndefined();
      });

      it("puts a commit back that the router refuses in part", async () => {
        const bad: Operation = {
          id: "nat source rule 999990",
          targets: [
            {
              path: ["nat", "source", "rule", "999990"],
              tree: treeOf([
                ["outbound-interface", "name", target.dummy],
                ["protocol", "icmp"],
                ["translation", "address", "192.0.2.9"],
                ["translation", "port", "1024-1039"],
              ]),
            },
          ],
          expects: "any",
          requires: [],
        };
        const one = router();
        const codes = await Promise.all([dummy("192.0.2.9/32"), bad].map((each) => codeOf(one.submit(each))));
        expect(codes).toEqual(["COMMIT_REJECTED", "COMMIT_REJECTED"]);
        expect(sameTree(await (await session()).readRunning(), asFound.running)).toBe(true);
      });

      it("puts a commit back over which nobody answers", async () => {
        const settings = {
          probe: {
            targets: [{ host: "192.0.2.1", port: 9 }],
            attempts: 1,
            intervalSeconds: 0,
            timeoutSeconds: 1,
          },
        };
        const probe = { kind: "gateway", gateway: parseIpv4("gateway", "192.0.2.254") } as const;
        expect(await codeOf(router(settings).submit(dummy("192.0.2.9/32", { probe })))).toBe("PROBE_FAILED");
        const look = await session();
        expect(sameTree(await look.readRunning(), asFound.running)).toBe(true);
        expect(await readState((line) => look.run(line))).toBe("none");
      });

      it("keeps a second run out, and names the first", async () => {
        const [first, second] = [router(), router({ lockWaitSeconds: 0 })];
        await first.submit(dummy("192.0.2.9/32"));
        const error = await rejected(second.submit(dummy("192.0.2.10/32")));
        expect(error.message).toContain("RUN_LOCKED");
        expect(error.message).toMatch(/since 20\d\d-.* pid \d+/);
        await first.submit(dummy(undefined));
      });
    });

    describe("the undo timer", () => {
      const options = () => ({ user: target.settings.ssh.user, seconds: 10, undoSeconds: 120, sleep });

      it("puts the configuration of before back when nobody stops it", async () => {
        const one = await session();
        const run = (line: string) => one.run(line);
        await arm(run, options(), []);
        await one.apply({ verb: "set", path: [...dummyPath(), "address", "192.0.2.9/32"] });
        await one.commit("contract");
        expect(subtree(await one.readRunning(), dummyPath())).toBeDefined();
        expect(await readState(run)).toBe("pending");
        await target.wait(12);
        expect(await awaitUndo(run, options())).toBe(true);
        expect(sameTree(await one.readRunning(), asFound.running)).toBe(true);
        expect(sameTree(await one.readSaved(), asFound.saved)).toBe(true);
      });

      it("does nothing once it was stopped, and can be armed again", async () => {
        const one = await session();
        const run = (line: string) => one.run(line);
        for (let count = 0; count < 2; count += 1) {
          await arm(run, options(), []);
          expect(await disarm(run)).toBe(true);
        }
        await target.wait(12);
        expect(await readState(run)).toBe("none");
      });
    });

    describe("the life of each resource type", () => {
      const lives: readonly { type: ResourceType; first: Inputs; next: Inputs; holds: string }[] = [
        {
          type: "tun",
          first: {
            name: "tun99",
            sourceAddress: "2001:db8::1",
            remote: "2001:db8::2",
            addresses: ["192.0.2.9/32"],
          },
          next: { name: "tun99", sourceAddress: "2001:db8::1", remote: "2001:db8::3", mtu: 1452 },
          holds: "interfaces tunnel tun99 remote 2001:db8::3",
        },
        {
          type: "addr",
          first: { interface: "lo", address: "192.0.2.9/32" },
          next: { interface: "lo", address: "192.0.2.9/32" },
          holds: "interfaces loopback lo address 192.0.2.9/32",
        },
        {
          type: "route",
          first: { prefix: "198.51.100.0/24", blackhole: true },
          next: { prefix: "198.51.100.0/24", blackhole: true, distance: 200 },
          holds: "protocols static route 198.51.100.0/24 blackhole distance 200",
        },
        {
          type: "rule",
          first: { number: 999990, outboundInterface: "lo", translationAddress: "masquerade" },
          next: {
            number: 999990,
            outboundInterface: "lo",
            protocol: "tcp",
            translationAddress: "masquerade",
          },
          holds: "nat source rule 999990 protocol tcp",
        },
        {
          type: "rules",
          first: { rules: [{ number: 999990, outboundInterface: "lo", translationAddress: "masquerade" }] },
          next: { rules: [{ number: 999991, outboundInterface: "lo", translationAddress: "masquerade" }] },
          holds: "nat source rule 999991 translation address masquerade",
        },
        {
          type: "node",
          first: {
            path: "system static-host-mapping host-name contract.example",
            tree: { inet: "192.0.2.9" },
          },
          next: {
            path: "system static-host-mapping host-name contract.example",
            tree: { inet: "192.0.2.10" },
          },
          holds: "system static-host-mapping host-name contract.example inet 192.0.2.10",
        },
      ];

      it.each(lives)(
        "$type: created, adopted, changed and taken away again",
        async ({ type, first, next, holds }) => {
          const one = router();
          const targets = (inputs: Inputs): Target[] => [...parseResource(type, inputs).nodes];
          const submit = (wanted: readonly Target[]) =>
            one.submit({ id: type, targets: wanted, expects: "any", requires: [] });
          const gone = (all: readonly Target[]): Target[] =>
            all.map(({ path }) => ({ path, tree: undefined }));
          await submit(targets(first));
          expect((await submit(targets(first))).committedAt).toBeUndefined();
          const kept = targets(next);
          const dropped = targets(first).filter(
            ({ path }) => !kept.some((each) => each.path.join(" ") === path.join(" ")),
          );
          await submit([...gone(dropped), ...kept]);
          const look = await session();
          expect(subtree(await look.readRunning(), holds.split(" "))).toBeDefined();
          await submit(gone(kept));
          expect(sameTree(await look.readRunning(), asFound.running)).toBe(true);
        },
      );
    });
  });
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function rejected(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => new Error("it was done"),
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error : new Error(String(error));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await rejected(promise);
  const reason = error instanceof OperationFailed ? error.reason : error;
  return reason instanceof UplinkError ? reason.code : reason.message;
}
