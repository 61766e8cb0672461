import { describe, expect, it, test } from "@jest/globals";
import { InvalidValue } from "../../errors.ts";
import { models, parseResource, type ResourceType } from "../../vyos/resources/registry.ts";
import type { Inputs } from "../../vyos/resources/row.ts";
import { pathsOf } from "../../vyos/tree.ts";
import { good, rule, tunnel } from "./resource-inputs.ts";
import { refused } from "./resource-refused.ts";

describe("parseResource()", () => {
  it.each(refused)("refuses $name and says what to write", ({ type, change, field, says }) => {
    const parse = (): unknown => parseResource(type, { ...good[type], ...change });
    expect(parse).toThrow(InvalidValue);
    expect(parse).toThrow(expect.objectContaining({ field }));
    expect(parse).toThrow(says);
  });

  it.each(Object.entries(good))("takes a right %s and owns paths below its id only", (type, inputs) => {
    const resource = parseResource(type as ResourceType, inputs);
    if (type === "script" || type === "boot") {
      expect(resource.files.map(({ path }) => resource.id.split(": ")[0] === path)).toEqual([true]);
      expect(resource.nodes).toEqual([]);
      return;
    }
    expect(resource.nodes.length).toBeGreaterThan(0);
    if (!type.endsWith("s")) expect(resource.nodes.map(({ path }) => path.join(" "))).toEqual([resource.id]);
  });

  test("writes an address in one spelling, whatever was given", () => {
    const spelled = { ...tunnel, remote: "2001:0260:0700:0001:0000:0000:0001:0275" };
    expect(models.tun.compare(tunnel, spelled)).toEqual({ kind: "same" });
  });
});

describe("compare()", () => {
  it.each<{ name: string; type: ResourceType; change: Inputs; verdict: object }>([
    {
      name: "updates a new remote in place",
      type: "tun",
      change: { remote: "2001:db8::2" },
      verdict: { kind: "update", changed: ["remote"] },
    },
    {
      name: "replaces a renamed tunnel",
      type: "tun",
      change: { name: "tun1" },
      verdict: { kind: "replace", because: ["name"] },
    }, // the name is the identity
    {
      name: "sees no change in reordered addresses",
      type: "tun",
      change: { addresses: ["133.209.13.2/32"] },
      verdict: { kind: "same" },
    },
    {
      name: "replaces a route to another prefix",
      type: "route",
      change: { prefix: "2001:db8::/32" },
      verdict: { kind: "replace", because: ["prefix"] },
    },
    {
      name: "updates a list of rules, never replaces it",
      type: "rules",
      change: { rules: [{ ...rule, number: 2 }] },
      verdict: { kind: "update", changed: ["rules"] },
    },
  ])("$name", ({ type, change, verdict }) => {
    expect(models[type].compare(good[type], { ...good[type], ...change })).toEqual(verdict);
  });
});

describe("checkReplacing()", () => {
  const ce = { interface: "eth1", address: "2404:7a82:4d02:4100:85:d10d:200:4100/128" };
  const longer = "2404:7A82:4d02:4100:85:d10d:200:4100/64";
  it.each<{ type: ResourceType; before: Inputs; change: Inputs; says?: RegExp }>([
    {
      type: "addr",
      before: ce,
      change: { address: longer },
      says: /beside .*\/128, which has the same address/,
    },
    { type: "addr", before: ce, change: { address: "2404:7a82:4d02:4100::1/128" } },
    { type: "addr", before: ce, change: { interface: "eth1.10" } },
    { type: "addr", before: ce, change: {} },
    { type: "addr", before: {}, change: {} },
    {
      type: "tun",
      before: tunnel,
      change: { name: "tun1" },
      says: /beside tun0, which has the same endpoints/,
    },
    { type: "tun", before: tunnel, change: { name: "tun1", remote: "2001:260:700:1::1:276" } },
    { type: "tun", before: tunnel, change: { mtu: 1400 } },
  ])("of $type with $change: $says", ({ type, before, change, says }) => {
    const check = (): void => models[type].checkReplacing(before, { ...good[type], ...before, ...change });
    if (says === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(says);
  });
});

test("the first router's tunnel is these lines", () => {
  const [owned] = parseResource("tun", {
    ...tunnel,
    sourceInterface: "eth1",
    encapsulationLimit: "none",
    adjustMss: 1420,
  }).nodes;
  expect(owned && pathsOf(owned.tree).map((path) => path.join(" "))).toEqual([
    "address 133.209.13.2/32",
    "encapsulation ipip6",
    "ip adjust-mss 1420",
    "mtu 1460",
    "parameters ipv6 encaplimit none",
    "remote 2001:260:700:1::1:275",
    "source-address 2404:7a82:4d02:4100:85:d10d:200:4100",
    "source-interface eth1",
  ]);
});
