/** `ip` of iproute2, as far as a client reads or removes what the kernel has, or somebody makes it by hand. */

import { familyOf } from "../configuration/addresses.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Route, Tunnel } from "../kernel/tables.ts";
import { type Answer, done, fail, type Program, say } from "../system/program.ts";
import type { Uses } from "./devices.ts";
import { addressJson, linkJson, neighbours, routeGet } from "./ip-json.ts";

const own = new Set(["del", "delete", "add", "set", "flush", "replace", "change"]);

export function ipProgram(machine: Uses<"kernel" | "network" | "uplink">): Program {
  return ({ args, user }) => {
    const options = args.filter((arg) => /^-\w+$/.test(arg));
    const [object = "", verb = "show", ...rest] = args.filter((arg) => !/^-\w+$/.test(arg));
    if (own.has(verb) && user !== "root") return fail("RTNETLINK answers: Operation not permitted", 2);
    const family = options.includes("-6") ? 6 : 4;
    const json = options.includes("-j") || options.includes("-json");
    const { kernel } = machine;
    let answer: Answer;
    if (object === "tunnel") answer = tunnel(kernel, verb, rest);
    else if (/^r(oute)?$/.test(object)) answer = route(kernel, verb, rest, family, json ? "json" : "text");
    else if (/^addr(ess)?$|^a$/.test(object)) answer = address(machine, verb, rest, json ? "json" : "text");
    else if (/^l(ink)?$/.test(object))
      answer = json && verb === "show" ? say(linkJson(machine)) : link(kernel, verb, rest);
    else if (/^neigh/.test(object)) answer = neighbours(machine, after(rest, "dev"));
    else answer = fail(`Object "${object}" is unknown, try "ip help".`);
    if (own.has(verb)) machine.uplink.check();
    return answer;
  };
}

function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

function tunnel(kernel: Kernel, verb: string, words: readonly string[]): Answer {
  const name = after(words, "name") ?? words[0] ?? "";
  const all = kernel.tunnels();
  if (verb === "show") {
    const base = "ip6tnl0: ipv6/ipv6 remote :: local :: encaplimit 0 hoplimit inherit tclass 0x00";
    const rows = all.filter((one) => name === "" || one.name === name).map(tunnelLine);
    return say([...(name === "" ? [`${base} ${flow}\n`] : []), ...rows].join(""));
  }
  if (verb === "del" || verb === "delete") {
    const at = kernel.tunnelsByHand.findIndex((one) => one.name === name);
    if (at < 0 && !all.some((one) => one.name === name))
      return fail(`delete tunnel "ip6tnl0" failed: No such device`);
    if (at < 0) {
      kernel.damage.removeTunnel(name);
      return done;
    }
    kernel.tunnelsByHand.splice(at, 1);
    drop(kernel.addressesByHand, (one) => one.device === name);
    drop(kernel.routesByHand, (one) => one.device === name);
    return done;
  }
  if (verb === "change") return change(kernel, name, words);
  const made: Tunnel = {
    name,
    remote: after(words, "remote") ?? "::",
    local: after(words, "local") ?? "::",
    device: after(words, "dev"),
    encaplimit: after(words, "encaplimit") ?? "4",
    mtu: 1452,
    by: "hand",
    up: false,
  };
  if (all.some((one) => one.name === name || (one.remote === made.remote && one.local === made.local)))
    return fail(`add tunnel "ip6tnl0" failed: File exists`);
  kernel.tunnelsByHand.push(made);
  return done;
}

function change(kernel: Kernel, name: string, words: readonly string[]): Answer {
  if (!kernel.tunnels().some((one) => one.name === name))
    return fail(`change tunnel "ip6tnl0" failed: No such device`);
  for (const parameter of ["remote", "local", "encaplimit"] as const) {
    const value = after(words, parameter);
    if (value !== undefined) kernel.damage.changeTunnel(name, { [parameter]: value });
  }
  return done;
}

const flow = "flowlabel 0x00000 (flowinfo 0x00000000)";

/** VyOS sets the traffic class to "inherit", a tunnel made by hand has 0 (both recorded). */
function tunnelLine(one: Tunnel): string {
  const device = one.device === undefined ? "" : ` dev ${one.device}`;
  const traffic = one.by === "configuration" ? "inherit" : "0x00";
  return `${one.name}: ip/ipv6 remote ${one.remote} local ${one.local}${device} encaplimit ${one.encaplimit} hoplimit 64 tclass ${traffic} ${flow}\n`;
}

function link(kernel: Kernel, verb: string, words: readonly string[]): Answer {
  const name = after(words, "dev") ?? words[0] ?? "";
  if (verb === "show")
    return say(
      kernel
        .devices()
        .map((device) => `${device}\n`)
        .join(""),
    );
  const at = kernel.tunnelsByHand.findIndex((one) => one.name === name);
  const tunnelByHand = kernel.tunnelsByHand[at];
  if (tunnelByHand === undefined) return setLink(kernel, name, words);
  if (verb === "del" || verb === "delete") return tunnel(kernel, "del", [name]);
  kernel.tunnelsByHand[at] = { ...tunnelByHand, up: !words.includes("down") };
  return done;
}

/** A device that the configuration made. */
function setLink(kernel: Kernel, name: string, words: readonly string[]): Answer {
  if (!kernel.devices().includes(name)) return fail(`Cannot find device "${name}"`);
  const state = words.includes("down") ? "down" : words.includes("up") ? "up" : undefined;
  const mtu = after(words, "mtu");
  if (mtu !== undefined) kernel.damage.changeTunnel(name, { mtu: Number(mtu) });
  if (state === undefined) return done;
  if (kernel.tunnels().some((one) => one.name === name))
    kernel.damage.changeTunnel(name, { up: state === "up" });
  else kernel.damage.setLink(name, state);
  return done;
}

function address(
  machine: Uses<"kernel" | "network">,
  verb: string,
  words: readonly string[],
  form: "text" | "json",
): Answer {
  const { kernel } = machine;
  const device = after(words, "dev") ?? (verb === "show" ? words[0] : undefined);
  if (verb === "show")
    return say(form === "json" ? addressJson(machine, device) : addressText(kernel, device));
  const [value = ""] = words;
  if (device === undefined || !kernel.devices().includes(device))
    return fail(`Cannot find device "${device}"`);
  const length = value.includes("/") ? value : `${value}/${familyOf(value) === 4 ? 32 : 128}`;
  const is = (one: { device: string; address: string }) => one.device === device && one.address === length;
  if (verb === "add") {
    if (!kernel.damage.restoreAddress(device, length))
      kernel.addressesByHand.push({ device, address: length, by: "hand" });
  } else if (drop(kernel.addressesByHand, is)) return done;
  else if (kernel.addresses().some(is)) kernel.damage.removeAddress(device, length);
  else return fail("RTNETLINK answers: Cannot assign requested address", 2);
  return done;
}

function addressText(kernel: Kernel, wanted: string | undefined): string {
  const rows = kernel.devices().filter((device) => wanted === undefined || device === wanted);
  return rows
    .map((device, index) => {
      const own6 = kernel.addresses().filter((one) => one.device === device);
      const lines = own6.map((one) => {
        const { address: text, by } = one;
        if (kernel.isDuplicate(one)) return `    inet6 ${text} scope global dadfailed tentative\n`;
        // What is formed from a router advertisement is marked by the kernel.
        const formed = by === "network" && text.endsWith("/64") ? "dynamic mngtmpaddr" : device;
        return `    inet${familyOf(text) === 6 ? "6" : ""} ${text} scope global ${formed}\n`;
      });
      return `${index + 1}: ${device}: <${kernel.isUp(device) ? "UP,LOWER_UP" : "NO-CARRIER"}>\n${lines.join("")}`;
    })
    .join("");
}

function route(
  kernel: Kernel,
  verb: string,
  words: readonly string[],
  asked: 4 | 6,
  form: "text" | "json",
): Answer {
  const [first] = words;
  const any = asked === 4 ? "0.0.0.0/0" : "::/0";
  const named = first === "default" ? any : first !== undefined && /[.:]/.test(first) ? first : undefined;
  const family = named === undefined ? asked : familyOf(named);
  const prefix = named === undefined || named.includes("/") ? named : `${named}/${family === 4 ? 32 : 128}`;
  const [device, metric, protocol] = [after(words, "dev"), after(words, "metric"), after(words, "proto")];
  const fits = (one: Route): boolean =>
    (prefix === undefined || one.prefix === prefix) &&
    (device === undefined || one.device === device) &&
    (protocol === undefined || one.protocol === protocol) &&
    (metric === undefined || one.metric === Number(metric));
  if (verb === "show") {
    const rows = kernel.routes().filter((one) => familyOf(one.prefix) === family && fits(one));
    return say(form === "json" ? `${JSON.stringify(rows.map(routeJson))}\n` : rows.map(routeLine).join(""));
  }
  if (verb === "get") return routeGet(kernel, first ?? "");
  if (verb === "del" || verb === "delete") return removeRoute(kernel, fits);
  if (device === undefined || !kernel.devices().includes(device))
    return fail(`Cannot find device "${device}"`);
  const usual = family === 4 ? 0 : 1024;
  kernel.routesByHand.push({
    prefix: prefix ?? any,
    via: after(words, "via"),
    device,
    protocol: "boot",
    metric: Number(metric ?? usual),
  });
  return done;
}

/** One that was typed by hand, else one that the configuration made: the kernel does not ask who made it. */
function removeRoute(kernel: Kernel, fits: (one: Route) => boolean): Answer {
  if (drop(kernel.routesByHand, fits)) return done;
  const known = kernel.routes().find((one) => one.protocol === "static" && fits(one));
  if (known === undefined) return fail("RTNETLINK answers: No such process", 2);
  kernel.damage.removeRoute(known.prefix);
  return done;
}

function shortPrefix({ prefix }: Route): string {
  if (prefix === "0.0.0.0/0" || prefix === "::/0") return "default";
  return prefix.replace(/(^[\d.]+)\/32$|\/128$/, "$1");
}

function routeLine(one: Route): string {
  const parts = [shortPrefix(one)];
  if (one.protocol === "static") parts.push("nhid 21");
  if (one.via !== undefined) parts.push(`via ${one.via}`);
  parts.push(`dev ${one.device}`);
  if (one.protocol !== "boot") parts.push(`proto ${one.protocol}`);
  if (familyOf(one.prefix) === 4 && one.via === undefined && one.protocol !== "static")
    parts.push("scope link");
  if (one.metric > 0) parts.push(`metric ${one.metric}`);
  return `${parts.join(" ")}${familyOf(one.prefix) === 6 ? " pref medium" : " "}\n`;
}

function routeJson(one: Route): object {
  const gateway = one.via === undefined ? {} : { gateway: one.via };
  const metric = one.metric > 0 ? { metric: one.metric } : {};
  return { dst: shortPrefix(one), ...gateway, dev: one.device, protocol: one.protocol, ...metric, flags: [] };
}

/** Whether anything was taken out. */
function drop<T>(list: T[], gone: (one: T) => boolean): boolean {
  const before = list.length;
  for (let index = list.length - 1; index >= 0; index--) if (gone(list[index] as T)) list.splice(index, 1);
  return list.length < before;
}
