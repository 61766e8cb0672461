/**
 * The component that declares the objects of an uplink. No object depends on another: each level of a dependency graph would
 * be one more commit, and VyOS orders by itself inside one. The default route comes last and says what it requires.
 */

import * as pulumi from "@pulumi/pulumi";
import { BootLine } from "../providers/boot-line.ts";
import { ConfigNode } from "../providers/config-node.ts";
import { DestinationNatRules } from "../providers/destination-nat-rules.ts";
import { FailoverRoute } from "../providers/failover-route.ts";
import { InterfaceAddress } from "../providers/interface-address.ts";
import { NatRules } from "../providers/nat-rules.ts";
import { RouterScript } from "../providers/router-script.ts";
import { VyosResource } from "../providers/shim.ts";
import { StaticRoute } from "../providers/static-route.ts";
import { Tunnel } from "../providers/tunnel.ts";
import type { UplinkObjects } from "./objects.ts";
import type { OnRouter } from "./on-router.ts";

export interface UplinkOptions {
  /** Change what stands on the router already, instead of refusing. */
  readonly takeOver: boolean;
}

export class Uplink extends pulumi.ComponentResource {
  /** When the default route was last moved, ISO 8601; "" when it stood there before. */
  readonly lastCommit: pulumi.Output<string>;
  readonly saved: pulumi.Output<boolean>;

  constructor(name: string, objects: UplinkObjects, { takeOver }: UplinkOptions) {
    super("vyos:uplink:Uplink", name);
    const parent = { parent: this };
    const others: VyosResource[] = [];
    if (objects.mape) {
      const { ceAddress, borderRelayRoute, tunnel, rules, forwards } = objects.mape;
      others.push(
        new InterfaceAddress("ce-address", { ...ceAddress, takeOver }, parent),
        new StaticRoute("border-relay-route", { ...borderRelayRoute, takeOver }, parent),
        new Tunnel("tunnel", { ...tunnel, takeOver }, parent),
        new NatRules("napt", { rules, takeOver }, parent),
      );
      if (forwards.length > 0) {
        others.push(new DestinationNatRules("port-forwards", { rules: forwards, takeOver }, parent));
      }
    }
    if (objects.ipv6DefaultRoute) {
      others.push(new StaticRoute("ipv6-default-route", { ...objects.ipv6DefaultRoute, takeOver }, parent));
    }
    others.push(...declareOnRouter(objects.onRouter, takeOver, parent));
    const { failover } = objects.mape ?? {};
    if (failover) {
      others.push(
        ...failover.pins.map(
          (pin) => new StaticRoute(`failover-check-${pin.prefix}`, { ...pin, takeOver }, parent),
        ),
      );
      const needs = VyosResource.doneFirst([...others]).then(() => objects.requires);
      others.push(
        new FailoverRoute("ipv4-failover-route", { ...failover.route, requires: needs, takeOver }, parent),
      );
    }
    const moves = failover ? [`protocols failover route ${failover.route.prefix}`] : [];
    const requires = VyosResource.doneFirst(others).then(() => [...objects.requires, ...moves]);
    const route = new StaticRoute(
      "ipv4-default-route",
      { ...objects.defaultRoute, requires, takeOver },
      parent,
    );
    this.lastCommit = route.committedAt;
    this.saved = route.saved;
    this.registerOutputs({ lastCommit: this.lastCommit, saved: this.saved });
  }
}

/** Scripts first: with `--parallel 1` a task that names one must not wait for what comes after it. */
function declareOnRouter(
  { scripts, bootLines, nodes }: OnRouter,
  takeOver: boolean,
  parent: pulumi.CustomResourceOptions,
): VyosResource[] {
  const written = Object.entries(scripts).map(
    ([name, script]) => new RouterScript(name, { ...script, takeOver }, parent),
  );
  return [
    ...written,
    ...Object.entries(bootLines).map(([name, line]) => new BootLine(name, { line }, parent)),
    ...Object.entries(nodes).map(([name, node]) => {
      const requires = VyosResource.doneFirst(written).then(() => node.requires ?? []);
      return new ConfigNode(name, { ...node, requires, takeOver }, parent);
    }),
  ];
}
