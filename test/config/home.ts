/** The stack of the first router, Pulumi.home.yaml, as a configuration with changes. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Given } from "../../config/given.ts";
import { uplinkConfig } from "../../config/uplink-config.ts";
import type { NamedResource } from "../../uplink/named-resource.ts";
import { resourcesOf } from "../../uplink/resources.ts";

/** A flat list of keys, read without a YAML library. */
export function stackFile(text: string): Given {
  const lines = text.matchAll(/^ {2}vyos-uplink:(\w+): "?([^"\n]+)"?$/gm);
  return Object.fromEntries([...lines].map(([, key = "", value = ""]) => [key, value]));
}

export const home = stackFile(readFileSync(join(import.meta.dirname, "../../Pulumi.home.yaml"), "utf8"));

/** Changes that make of it a DS-Lite line, and a line of a fixed-IP contract. */
export const transix = { delegatedPrefix: "2409:10:a1b2:c300::/56", uplink: "dslite" };
export const sheet = {
  uplink: "ipip",
  delegatedPrefix: "240b:11:52c1:9300::/56",
  borderRelay: "2404:9200:225:100::65",
  ipv4Address: "203.0.113.77",
};

/** In mape, unless it is changed. */
export function homeResources(changes: Given = {}): readonly NamedResource[] {
  return resourcesOf(uplinkConfig({ ...home, uplink: "mape", ...changes }));
}

type ArgsOf<Type extends NamedResource["type"]> = Extract<NamedResource, { type: Type }>["args"];

/** The arguments of the resource of that name and type; an error when there is none. */
export function resource<Type extends NamedResource["type"]>(
  resources: readonly NamedResource[],
  type: Type,
  name: string,
): ArgsOf<Type> {
  const found = resources.find((one) => one.name === name && one.type === type);
  if (found === undefined) throw new Error(`there is no ${type} ${name}`);
  return found.args as ArgsOf<Type>;
}
