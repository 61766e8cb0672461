/**
 * What a router must do, whichever it is: the same cases for the simulated one and for a real one (docs/your-router.md). It
 * uses one dummy interface, one tunnel number, one NAT rule number and documentation prefixes, and leaves the router as it was.
 */

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { UplinkError } from "../../errors.ts";
import { operationOf } from "../../providers/operation-of.ts";
import { type Operation, OperationFailed } from "../../router/change/operation.ts";
import { type Reading, readRouter } from "../../router/change/reading.ts";
import { Router, type RouterOptions } from "../../router/router.ts";
import { Session } from "../../router/wire/session.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import { printDocument } from "../../vyos/document.ts";
import type { ResourceType } from "../../vyos/resources/registry.ts";
import type { Inputs } from "../../vyos/resources/row.ts";
import { sameTree, subtree, treeOf } from "../../vyos/tree.ts";
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
    let asFound: Reading;
    let opened: { close(): Promise<void> }[] = [];

    const look = async (): Promise<Reading> => {
      const { ssh, commandTimeoutSeconds } = target.settings;
      const one = await Session.open(new SshTransport(ssh), ssh.host, commandTimeoutSeconds);
      opened.push(one);
      return readRouter(one.run, []);
    };
    /** Another run of the program: what this one declared, that one may take away. */
    const router = (changed: Partial<RouterOptions> = {}): Router => {
      const one = new Router({ ...target.settings, ...changed });
      opened.push(one);
      return one;
    };
    const dummyPath = (): string[] => ["interfaces", "dummy", target.dummy];
    const dummy = (address: string | undefined, more: Partial<Operation> = {}): Operation => ({
      ...operationOf("node", {
        kind: "create",
        news: { path: dummyPath().join(" "), tree: { address: address ?? "192.0.2.9/32" }, takeOver: true },
      }),
      verb: address === undefined ? "withdraw" : "declare",
      nodes: [{ path: dummyPath(), tree: treeOf(address === undefined ? [] : [["address", address]]) }],
      ...more,
    });
    const asItWas = async (): Promise<void> => {
      const now = await look();
      expect(printDocument(now.document)).toBe(printDocument(asFound.document));
      expect(sameTree(now.saved, asFound.saved)).toBe(true);
      expect(now.journal).toEqual(asFound.journal);
    };

    beforeAll(async () => {
      target = await start();
      asFound = await look();
      if (subtree(asFound.running, dummyPath())) throw new Error(`${target.dummy} is there: choose another`);
    });
    afterEach(async () => {
      await Promise.all(opened.map((one) => one.close()));
      opened = [];
    });
    afterAll(async () => {
      await asItWas();
      await target.stop();
    });

    describe("a change", () => {
      it("commits, reads back and saves; then adopts without a commit, and takes away", async () => {
        expect((await router().submit(dummy("192.0.2.9/32"))).committedAt).toBeDefined();
        expect((await router().submit(dummy("192.0.2.9/32"))).committedAt).toBeUndefined();
        const { running, saved } = await look();
        expect(subtree(running, [...dummyPath(), "address", "192.0.2.9/32"])).toBeDefined();
        expect(sameTree(running, saved)).toBe(true);
        await router().submit(dummy(undefined));
        await asItWas();
      });

      it("says what the router refuses, and changes nothing", async () => {
        expect(await codeOf(router().submit(dummy("192.0.2.300/32")))).toBe("COMMAND_REFUSED");
        await asItWas();
      });

      it("puts a commit back that the router refuses in part", async () => {
        const lines = [
          ["outbound-interface", "name", target.dummy],
          ["protocol", "icmp"],
          ["translation", "address", "192.0.2.9"],
          ["translation", "port", "1024-1039"],
        ];
        const path = ["nat", "source", "rule", "999990"];
        const bad = dummy("192.0.2.9/32", { id: path.join(" "), nodes: [{ path, tree: treeOf(lines) }] });
        const one = router();
        const codes = await Promise.all([dummy("192.0.2.9/32"), bad].map((each) => codeOf(one.submit(each))));
        expect(codes).toEqual(["COMMIT_REJECTED", "LEFT_OUT"]);
        await asItWas();
      });

      it("puts a commit back over which nobody answers", async () => {
        const targets = [{ host: "192.0.2.1", port: 9 }];
        const silent = { probe: { targets, attempts: 1, intervalSeconds: 0, timeoutSeconds: 1 } };
        const probe = { kind: "gateway", gateway: parseIpv4("gateway", "192.0.2.254") } as const;
        expect(await codeOf(router(silent).submit(dummy("192.0.2.9/32", { probe })))).toBe("PROBE_FAILED");
        await asItWas();
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
          const news = (inputs: Inputs): Inputs => ({ ...inputs, stack: "test/contract" });
          const create = operationOf(type, { kind: "create", news: news(first) });
          await router().submit(create);
          expect((await router().submit(create)).committedAt).toBeUndefined();
          await router().submit(operationOf(type, { kind: "update", olds: news(first), news: news(next) }));
          expect(subtree((await look()).running, holds.split(" "))).toBeDefined();
          await router().submit(operationOf(type, { kind: "delete", olds: news(next) }));
          await asItWas();
        },
      );
    });
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error("it was done"),
    (reason: unknown) => reason,
  );
  const reason = error instanceof OperationFailed ? error.reason : error;
  return reason instanceof UplinkError ? reason.code : String(reason);
}
