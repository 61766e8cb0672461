/** A resource under its name in the stack, and what may be required of it. Pure. */

import { parseResource, type ResourceArgs, type ResourceType } from "../vyos/resources/registry.ts";
import type { Resource } from "../vyos/resources/resource.ts";

export type NamedResource = {
  readonly [Type in ResourceType]: {
    readonly name: string;
    readonly type: Type;
    readonly args: ResourceArgs<Type>;
  };
}[ResourceType];

/** As the router will hold it. Throws InvalidValue. */
export function parsed({ type, args }: NamedResource): Resource {
  return parseResource(type, { ...args });
}

/** What must be on the router when somebody requires the resource. */
export function requirementsOn(resource: NamedResource): string[] {
  const { nodes, files } = parsed(resource);
  return [...nodes.map(({ path }) => path.join(" ")), ...files.map(({ path }) => path)];
}

export const defaultRouteName = "ipv4-default-route";

export function defaultRoute(args: Omit<ResourceArgs<"route">, "prefix">): NamedResource {
  return { name: defaultRouteName, type: "route", args: { prefix: "0.0.0.0/0", releases: true, ...args } };
}
