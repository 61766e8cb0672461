/** Configurations as home operators publish them: read, printed and read again, in every text in which VyOS shows one. */
import { describe, expect, test } from "@jest/globals";
import { parseCommands, parseTreeText, printCommands, printTreeText } from "../../vyos/text.ts";
import { sameTree } from "../../vyos/tree.ts";
import { printSaved, printShown, printCommands as printSimulated } from "../simulator/configuration/text.ts";
import { Machine } from "../simulator/machine.ts";
import { shapes } from "./shapes.ts";

test("there are at least 40 shapes, each of its own", () => {
  expect(shapes.length).toBeGreaterThanOrEqual(40);
  expect(new Set(shapes.map(({ lines }) => lines.join("\n"))).size).toBe(shapes.length);
});

describe.each(shapes.map((shape) => [shape.name, shape] as const))("%s", (_name, { lines }) => {
  const machine = new Machine({
    version: "1.4",
    configuration: lines,
    commitSeconds: 0,
    rebootSeconds: 0,
    secondsPerSecond: 0,
  });
  const tree = parseCommands(lines.join("\n"));

  const bare = (all: readonly string[]): string[] => all.map((line) => line.replaceAll("'", "")).sort();

  test("is a configuration to the simulated router, none of it lost", () => {
    expect(bare(printSimulated(machine.store.active))).toEqual(bare(lines));
  });

  test("is the same in show configuration commands, in the running text and in config.boot", () => {
    expect(sameTree(parseCommands(printSimulated(machine.store.active).join("\n")), tree)).toBe(true);
    expect(sameTree(parseTreeText(printShown(machine.store.active)), tree)).toBe(true);
    expect(sameTree(parseTreeText(printSaved(machine.store.active)), tree)).toBe(true);
  });

  test("reads back from our own texts", () => {
    expect(sameTree(parseTreeText(printTreeText(tree)), tree)).toBe(true);
    expect(sameTree(parseCommands(printCommands(tree).join("\n")), tree)).toBe(true);
  });
});
