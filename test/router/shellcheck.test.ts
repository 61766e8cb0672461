/** Every text that the router runs as a script, under shellcheck: the transaction, and the files that options leave there. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseResource } from "../../vyos/resources/registry.ts";
import { homeResources } from "../config/home.ts";

const isHere = spawnSync("shellcheck", ["--version"]).status === 0;
const here = isHere ? describe : describe.skip;

const transaction = readFileSync(join(__dirname, "../../router/change/transaction.vbash"), "utf8");
const left = homeResources({ napt: "exact", leaseGuard: "true" })
  .filter(({ type }) => type === "script")
  .flatMap(({ name, type, args }) =>
    parseResource(type, { ...args }).files.flatMap((file) =>
      file.kind === "script" ? [{ name, text: file.text }] : [],
    ),
  );

here(`shellcheck${isHere ? "" : " (skipped: it is not on this machine)"}`, () => {
  it.each([{ name: "the transaction", text: transaction }, ...left])("finds nothing in $name", ({ text }) => {
    const { stdout } = spawnSync("shellcheck", ["-s", "bash", "-"], { input: text, encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it("is given every script, and finds what is wrong with one", () => {
    expect(left.map(({ name }) => name)).toEqual(["napt-script", "napt-hook", "lease-guard"]);
    const { stdout } = spawnSync("shellcheck", ["-s", "bash", "-"], {
      input: "rm -rf $1/*\n",
      encoding: "utf8",
    });
    expect(stdout).toContain("SC2086");
  });
});
