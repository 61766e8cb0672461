/**
 * What an uplink keeps on the router beside its routes and rules: scripts, lines of the boot script, nodes of the
 * configuration that belong to them. Pure.
 */

import type { ReadConfig } from "../config/router-settings.ts";
import { InvalidValue } from "../errors.ts";
import type { ConfigNodeArgs } from "../vyos/resources/config-node.ts";
import type { RouterScriptArgs } from "../vyos/resources/router-script.ts";
import { scriptFolder } from "../vyos/resources/router-script.ts";
import { parseChoice, parseWhole } from "../vyos/values.ts";
import { exactNaptBootLine, exactNaptFiles } from "./exact-napt.ts";
import type { PortRange } from "./napt.ts";

/** Each named as its resource in the stack. */
export interface OnRouter {
  readonly scripts: Readonly<Record<string, RouterScriptArgs>>;
  readonly bootLines: Readonly<Record<string, string>>;
  readonly nodes: Readonly<Record<string, ConfigNodeArgs>>;
}

export const nothing: OnRouter = { scripts: {}, bootLines: {}, nodes: {} };

export function together(...parts: readonly OnRouter[]): OnRouter {
  return {
    scripts: Object.assign({}, ...parts.map(({ scripts }) => scripts)),
    bootLines: Object.assign({}, ...parts.map(({ bootLines }) => bootLines)),
    nodes: Object.assign({}, ...parts.map(({ nodes }) => nodes)),
  };
}

export interface NaptPlace {
  readonly outboundInterface: string;
  /** The shared IPv4 address. */
  readonly address: string;
  /** Null: all ports are ours. */
  readonly blocks: readonly PortRange[] | null;
}

/** `napt: exact` is a table of its own on top of the stripes, which carry the line when it is not there. */
export function exactNapt(read: ReadConfig, { outboundInterface, address, blocks }: NaptPlace): OnRouter {
  if (parseChoice("napt", read("napt") || "stripes", ["stripes", "exact"]) === "stripes") return nothing;
  if (blocks === null) {
    const reason = "shares out port ranges, and the address of this line is not shared";
    throw new InvalidValue("napt", "exact", reason, "pulumi config rm napt");
  }
  const [script, hook] = exactNaptFiles({ outboundInterface, address, blocks }).map(({ path, text }) => ({
    name: path.slice(scriptFolder.length + 1),
    text,
  }));
  if (script === undefined || hook === undefined) return nothing;
  return {
    scripts: { "napt-script": { ...script, start: "start", stop: "stop" }, "napt-hook": hook },
    bootLines: { "napt-boot": exactNaptBootLine.line },
    nodes: {},
  };
}

/**
 * What connection tracking calls invalid, such as the reset of a flow that it has forgotten, no NAT chain sees: it would leave
 * with its LAN source. The rule is the firewall's, so it is offered and not made unasked.
 */
export function dropInvalid(read: ReadConfig, outboundInterface: string): OnRouter {
  const wanted = parseChoice("naptDropInvalid", read("naptDropInvalid") || "false", ["true", "false"]);
  const number = parseWhole("naptDropInvalidRule", read("naptDropInvalidRule") || 5, 1, 999_999);
  if (wanted === "false") return nothing;
  const tree = {
    action: "drop",
    description: "MAP-E, no LAN source leaves by the tunnel",
    "outbound-interface": { name: outboundInterface },
    state: "invalid",
  };
  const path = `firewall ipv4 forward filter rule ${number}`;
  return { ...nothing, nodes: { "napt-drop-invalid": { path, tree } } };
}
