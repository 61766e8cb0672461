/** Right inputs of each resource type. */

import type { ResourceType } from "../../vyos/resources/registry.ts";
import type { Inputs } from "../../vyos/resources/row.ts";

export const tunnel = {
  name: "tun0",
  sourceAddress: "2404:7a82:4d02:4100:85:d10d:200:4100",
  remote: "2001:260:700:1::1:275",
  addresses: ["133.209.13.2/32"],
};
const route = { prefix: "::/0", nextHop: "fe80::a611:bbff:fe7d:ee11", interface: "eth1" };
export const rule = { number: 1000, outboundInterface: "tun0", translationAddress: "133.209.13.2" };
const address = { interface: "eth1", address: "2404:7a82:4d02:4100:85:d10d:200:4100/128" };
export const forward = {
  number: 1000,
  inboundInterface: "tun0",
  protocol: "tcp",
  destinationPort: "5136",
  translationAddress: "192.168.100.10",
};
const node = { path: "service ntp server 192.0.2.1", tree: { prefer: null } };

const failover = {
  prefix: "0.0.0.0/0",
  nextHop: "192.0.0.1",
  interface: "tun0",
  targets: ["9.9.9.10", "1.0.0.2"],
  port: 443,
};
const script = { name: "uplink-check", text: "#!/bin/sh\nexit 0\n", start: "start", stop: "stop" };

export const good: Readonly<Record<ResourceType, Inputs>> = {
  tun: tunnel,
  addr: address,
  route: route,
  rule: rule,
  rules: { rules: [rule] },
  dnats: { rules: [forward] },
  node: node,
  failover: failover,
  script: script,
  boot: { line: "/config/scripts/uplink-check start" },
  zone: { zone: "WAN", interface: "tun0" },
  group: { group: "WAN-PORTS", interface: "tun0" },
};
