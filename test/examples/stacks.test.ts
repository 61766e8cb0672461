/** The examples' stack files say what the program understands, and nothing that it does not know. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseUplink } from "../../uplink/objects.ts";

const root = join(__dirname, "../..");
const stacks = [
  "Pulumi.home.yaml",
  ...readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
    .filter((file) => /Pulumi\.\w+\.yaml$/.test(file))
    .map((file) => join("examples", file)),
];

/** A flat list of keys, read without a YAML library. */
function configOf(file: string): Map<string, string> {
  const lines = readFileSync(join(root, file), "utf8").matchAll(/^ {2}vyos-uplink:(\w+): "?([^"\n]+)"?$/gm);
  return new Map([...lines].map(([, key = "", value = ""]) => [key, value]));
}

const declaredKeys = [
  ...readFileSync(join(root, "Pulumi.yaml"), "utf8").matchAll(/^ {2}(\w+):\n {4}type:/gm),
].map(([, key = ""]) => key);

describe.each(stacks)("%s", (file) => {
  const config = configOf(file);

  it("sets keys that Pulumi.yaml declares", () => {
    expect(config.size).toBeGreaterThan(1);
    for (const key of config.keys()) expect(declaredKeys).toContain(key);
  });

  it("is an uplink in both modes, unless its program is another", () => {
    if (!config.has("wxrNextHop")) return;
    for (const uplink of ["mape", "wxr"]) {
      expect(parseUplink((key) => (key === "uplink" ? uplink : config.get(key))).uplink).toBe(uplink);
    }
  });
});
