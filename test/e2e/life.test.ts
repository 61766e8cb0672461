/** The life of resources through the real engine: whatever is done to the state, router, state and journal agree afterwards. */

import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;
let original: string;
let mape: string;

const journal = (): string | undefined => stack.simulator.files.read("/config/vyos-uplink/journal.json");
const quiet = (): Promise<unknown> => stack.succeed(...up, "--expect-no-changes");

async function urnOf(name: string): Promise<string> {
  const { output } = await stack.succeed("stack", "--show-urns");
  return new RegExp(`urn:\\S+::${name}(?=\\s)`).exec(output)?.[0] ?? "no such resource";
}

/** The router carries on as it was, saved, and nothing is left to do. */
async function expectAgreement(): Promise<void> {
  expect(stack.simulator.shown()).toBe(mape);
  expect(stack.simulator.saved()).toEqual(stack.simulator.running());
  await quiet();
}

/** All of it is given up: not one line is left over. */
async function expectOriginal(): Promise<void> {
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(stack.simulator.shown()).toBe(original);
  expect(stack.simulator.saved()).toEqual(stack.simulator.running());
  expect(journal()).toBeUndefined();
}

beforeAll(async () => {
  stack = await HomeStack.start();
  original = stack.simulator.shown();
  await stack.set({
    uplink: "mape",
    takeOver: "true",
    requirementWaitSeconds: "1",
    quietMilliseconds: "250",
  });
  await stack.succeed(...up);
  mape = stack.simulator.shown();
  await stack.set({ takeOver: "false" });
});

afterAll(async () => {
  expect(stack.simulator.escapes).toEqual([]);
  await stack.stop();
});

test("up --replace of tunnel, default route and NAPT: the uplink carries on", async () => {
  const urns = await Promise.all(["tunnel", "ipv4-default-route", "napt"].map(urnOf));
  await stack.succeed(...up, ...urns.flatMap((urn) => ["--replace", urn]));
  await expectAgreement();
});

test("state taint of each, then up: the uplink carries on", async () => {
  for (const name of ["tunnel", "ipv4-default-route", "napt"])
    await stack.succeed("state", "taint", await urnOf(name), "--yes");
  await stack.succeed(...up);
  await expectAgreement();
});

test("state rename and another name in the program: the uplink carries on, and what was before it is still known", async () => {
  await stack.succeed("state", "rename", await urnOf("tunnel"), "tunnel-of-old", "--yes");
  await stack.succeed("state", "rename", await urnOf("ipv4-default-route"), "route-of-old", "--yes");
  await stack.succeed(...up);
  await expectAgreement();
});

test("destroy --target of the tunnel is refused: the default route stands on it", async () => {
  const { status, output } = await stack.sandbox.run(["destroy", "--yes", "--target", await urnOf("tunnel")]);
  expect(status).not.toBe(0);
  expect(output).toContain("[IN_USE]");
  await expectAgreement();
});

test("up --target of the tunnel on the way to wxr is refused", async () => {
  const tunnel = await urnOf("tunnel");
  await stack.set({ uplink: "wxr" });
  const { status, output } = await stack.sandbox.run([...up, "--target", tunnel]);
  expect(status).not.toBe(0);
  expect(output).toContain("[IN_USE]");
  await stack.set({ uplink: "mape" });
  await expectAgreement();
});

test("another tunnelName with the same endpoints is refused at preview, with what to do", async () => {
  await stack.set({ tunnelName: "tun1" });
  const { status, output } = await stack.sandbox.run(["preview"]);
  expect(status).not.toBe(0);
  expect(output).toContain("cannot stand beside tun0, which has the same endpoints");
  expect(output).toContain("pulumi config set uplink wxr && pulumi up");
  await stack.set({ tunnelName: "tun0" });
  await expectAgreement();
});

test.each(["SIGKILL", "SIGHUP"] as const)(
  "an engine that was killed in the commit, up, wxr, destroy: not one line is left over (%s)",
  async (name) => {
    await stack.set({ uplink: "wxr", takeOver: "true" });
    await stack.succeed(...up);
    await stack.set({ uplink: "mape", takeOver: "false" });
    let signal: (name: NodeJS.Signals) => void = () => {};
    stack.simulator.inject({ at: "commit-middle", times: 1, act: () => signal(name) });
    const { status } = await stack.sandbox.run(up, {
      started: (send) => {
        signal = send;
      },
    });
    expect(status).not.toBe(0);
    await stack.succeed("cancel", "--yes");
    await stack.succeed(...up);
    await expectAgreement();
    await stack.set({ uplink: "wxr" });
    await stack.succeed(...up);
    await expectOriginal();
  },
);

test("up --replace of the default route, destroy: what was there before is back", async () => {
  await stack.set({ uplink: "mape", takeOver: "true" });
  await stack.succeed(...up);
  await stack.set({ takeOver: "false" });
  await stack.succeed(...up, "--replace", await urnOf("ipv4-default-route"));
  await expectAgreement();
  await expectOriginal();
});

test("state delete of the tunnel, up, wxr, destroy: not one line is left over", async () => {
  await stack.set({ uplink: "mape", takeOver: "true" });
  await stack.succeed(...up);
  await stack.set({ takeOver: "false" });
  await stack.succeed("state", "delete", await urnOf("tunnel"), "--yes", "--force");
  await stack.succeed(...up);
  await stack.set({ uplink: "wxr" });
  await stack.succeed(...up);
  await expectOriginal();
});

test("a refresh after somebody deleted the adopted default route, up, destroy: it is back at the end", async () => {
  await stack.succeed(...up);
  stack.simulator.byHand(["delete protocols static route 0.0.0.0/0"], { save: true });
  await stack.succeed("refresh", "--yes", "--skip-preview");
  await stack.succeed(...up);
  await expectOriginal();
});

test.each(["2", "4"])(
  "--parallel %s with failover, lease guard and napt exact is one switch",
  async (count) => {
    await stack.set({ uplink: "mape", takeOver: "true", failover: "wxr", leaseGuard: "true", napt: "exact" });
    const before = stack.simulator.outage();
    await stack.succeed(...up, "--parallel", count);
    expect(stack.simulator.outage()).toBe(before);
    await quiet();
    await expectOriginal();
  },
);
