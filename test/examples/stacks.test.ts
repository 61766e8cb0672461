/** The examples' stack files say what the program understands, and nothing that it does not know. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { routerSettings } from "../../config/router-settings.ts";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { resourcesOf } from "../../uplink/resources.ts";
import { stackFile } from "../config/home.ts";

const root = join(__dirname, "../..");
const stacks = [
  "Pulumi.home.yaml",
  ...readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
    .filter((file) => /Pulumi\.\w+\.yaml$/.test(file))
    .map((file) => join("examples", file)),
];

describe.each(stacks)("%s", (file) => {
  const given = stackFile(readFileSync(join(root, file), "utf8"));

  it("is an uplink by its line and by the router behind it, unless its program is another", () => {
    expect(Object.keys(given).length).toBeGreaterThan(1);
    routerSettings({ routerHost: "192.0.2.1", ...given });
    if (given.wxrNextHop === undefined) return;
    const byItsLine = given.uplink === "wxr" ? "mape" : given.uplink;
    for (const uplink of [byItsLine, "wxr"]) resourcesOf(uplinkConfig({ ...given, uplink }));
  });
});
