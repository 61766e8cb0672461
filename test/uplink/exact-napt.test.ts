import { spawnSync } from "node:child_process";
import { describe, expect, it, test } from "@jest/globals";
import { whyNot } from "../../research/lab/namespaces.ts";
import { exactNaptResources, exactNaptTable } from "../../uplink/exact-napt.ts";
import { resource } from "../config/home.ts";

const settings = {
  outboundInterface: "tun0",
  address: "133.209.13.2",
  blocks: [
    [5136, 5151],
    [9232, 9247],
    [13_328, 13_343],
  ] as const,
};
const scriptOf = (changed: object = {}): string =>
  resource(exactNaptResources({ ...settings, ...changed }, false), "script", "napt-script").text;
const hook = resource(exactNaptResources(settings, false), "script", "napt-hook");
const script = scriptOf();

describe("exactNaptTable()", () => {
  test("gives equal ranges one turn each", () => {
    expect(exactNaptTable(settings)).toContain(
      "numgen inc mod 3 map { 0 : 133.209.13.2 . 5136-5151, 1 : 133.209.13.2 . 9232-9247, 2 : 133.209.13.2 . 13328-13343 }",
    );
  });

  test("gives a range that a reservation made small as many turns as it has ports", () => {
    const blocks = [
      [5136, 5136],
      [5138, 5151],
      [9232, 9247],
    ] as const;
    expect(exactNaptTable({ ...settings, blocks })).toContain(
      "mod 31 map { 0 : 133.209.13.2 . 5136, 1-14 : 133.209.13.2 . 5138-5151, 15-30 : 133.209.13.2 . 9232-9247 }",
    );
  });

  test("carries another revision when a single digit is another", () => {
    const revision = (address: string) => /revision \w+/.exec(exactNaptTable({ ...settings, address }))?.[0];
    expect(revision("133.209.13.2")).toMatch(/^revision [0-9a-f]{16}$/);
    expect(revision("133.209.13.3")).not.toBe(revision("133.209.13.2"));
  });

  it.each([
    { name: "a device with a command in it", change: { outboundInterface: 'tun0"; drop; #' } },
    { name: "an address that is none", change: { address: "$(reboot)" } },
  ])("refuses $name", ({ change }) => {
    expect(() => exactNaptTable({ ...settings, ...change })).toThrow("INVALID_VALUE");
  });
});

describe("exactNaptResources()", () => {
  test("hooks the script in by a name that run-parts takes", () => {
    expect(hook.name.split("/").at(-1)).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([
    ["the script", script],
    ["the hook", hook.text],
  ])("has no syntax error in %s", (_name, input) => {
    const { status, stderr } = spawnSync("bash", ["-n"], { input, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("asks for start or stop", () => {
    const { status, stderr } = spawnSync("sh", ["-s"], { input: script, encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("start|stop");
  });
});

const skipped = whyNot();
const here = skipped === undefined ? describe : describe.skip;

here(`the script in a namespace${skipped === undefined ? "" : ` (skipped: ${skipped})`}`, () => {
  const name = `napt-script-${process.pid}`;
  const ip = (...args: string[]) => spawnSync("ip", args, { encoding: "utf8" });
  const run = (verb: string, text = script) =>
    spawnSync("ip", ["netns", "exec", name, "sh", "-s", verb], { encoding: "utf8", input: text });
  const table = () => ip("netns", "exec", name, "nft", "-a", "list", "ruleset").stdout;

  test("loads once, changes with its settings, and takes the table away", () => {
    ip("netns", "add", name);
    try {
      expect(run("start")).toMatchObject({ status: 0, stderr: "" });
      const first = table();
      expect(first).toContain("9232-9247");
      expect(run("start").status).toBe(0);
      expect(table()).toBe(first); // the handles too: nothing was loaded again
      const changed = scriptOf({ blocks: settings.blocks.slice(0, 2) });
      expect(run("start", changed).status).toBe(0);
      expect(table()).not.toContain("13328");
      expect(run("stop").status).toBe(0);
      expect(run("stop").status).toBe(0);
      expect(table()).toBe("");
    } finally {
      ip("netns", "del", name);
    }
  });
});
