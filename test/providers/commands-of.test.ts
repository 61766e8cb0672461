import { expect, it } from "@jest/globals";
import { commandsOf } from "../../providers/commands-of.ts";

const route = { prefix: "0.0.0.0/0", nextHop: "192.168.100.1" };
const throughTunnel = { prefix: "0.0.0.0/0", interface: "tun0" };

it("commandsOf() a new resource are the lines that set it", () => {
  expect(commandsOf("route", {}, route)).toEqual([
    "set protocols static route 0.0.0.0/0 next-hop 192.168.100.1",
  ]);
});

it("commandsOf() a changed resource are its deletes, then its sets", () => {
  expect(commandsOf("route", route, throughTunnel)).toEqual([
    "delete protocols static route 0.0.0.0/0 next-hop",
    "set protocols static route 0.0.0.0/0 interface tun0",
  ]);
});

it("commandsOf() an unchanged resource stay those of its last change, so that nothing shows as changed", () => {
  const commands = ["set protocols static route 0.0.0.0/0 next-hop 192.168.100.1"];
  expect(commandsOf("route", { ...route, commands }, route)).toBe(commands);
});

it("commandsOf() a resource whose refresh found drift are the repairs", () => {
  const drift = ["gone: set protocols static route 0.0.0.0/0 next-hop 192.168.100.1"];
  expect(commandsOf("route", { ...route, drift }, route)).toEqual([
    "set protocols static route 0.0.0.0/0 next-hop 192.168.100.1",
  ]);
});

it("commandsOf() a resource that older code has stored in a shape of its own are those of a new one", () => {
  expect(commandsOf("route", { network: "0.0.0.0/0" }, route)).toEqual(commandsOf("route", {}, route));
});
