import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { givenOf } from "../../config/given.ts";
import { keys, uplinkKeys } from "../../config/keys.ts";
import { routerKeys } from "../../config/router-keys.ts";
import { routerSettings } from "../../config/router-settings.ts";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { home } from "./home.ts";
import { keysPage, projectConfig } from "./written-from-keys.ts";

const root = join(__dirname, "../..");

/** The file as it is; with UPDATE=1 it is first written anew. */
function held(file: string, wanted: (text: string) => string): { is: string; wanted: string } {
  const path = join(root, file);
  const is = readFileSync(path, "utf8");
  if (process.env.UPDATE === "1") writeFileSync(path, wanted(is));
  return { is: readFileSync(path, "utf8"), wanted: wanted(is) };
}

describe("the table of keys", () => {
  it("is Pulumi.yaml's config: names, types, defaults, descriptions", () => {
    const { is, wanted } = held("Pulumi.yaml", (text) => text.replace(/\nconfig:\n[\s\S]*$/, projectConfig));
    expect(is).toBe(wanted);
  });

  it("is docs/keys.md", () => {
    const { is, wanted } = held("docs/keys.md", () => keysPage);
    expect(is).toBe(wanted);
  });

  it.each(Object.entries(keys))(
    "has for %s a standard that its own parser takes, and a meaning",
    (name, key) => {
      const { standard, meaning, accepts } = key;
      if (standard !== undefined && name !== "routerHost") key.parse(name, String(standard));
      expect(meaning).toMatch(/^\S.*[^.]$/);
      expect(accepts).not.toBe("");
    },
  );
});

describe("valuesOf()", () => {
  const settings = (given: object) =>
    routerSettings({ routerHost: "192.0.2.1", routerPassword: "x", ...given });

  it("takes the standard for what is left out or empty, and typed values as well as text", () => {
    const { removeStray, ssh, probe } = settings({ removeStray: "", routerPort: 2222, probeAttempts: "7" });
    expect({ removeStray, port: ssh.port, user: ssh.user, attempts: probe.attempts }).toEqual({
      removeStray: false,
      port: 2222,
      user: "vyos",
      attempts: 7,
    });
    expect(settings({ removeStray: true }).removeStray).toBe(true);
    expect(settings({ removeStray: "true" }).removeStray).toBe(true);
  });

  const flags = Object.entries({ ...routerKeys, ...uplinkKeys }).filter(([, { type }]) => type === "boolean");
  it.each(flags.map(([name]) => name))("has one spelling of a boolean: %s is true or false", (name) => {
    for (const wrong of ["yes", "1", "True", "on"]) {
      const given = { ...home, routerPassword: "x", [name]: wrong };
      expect(() => [settings(given), uplinkConfig(given)]).toThrow(
        `${name}: "${wrong}" is neither true nor false`,
      );
    }
  });

  it.each([
    ["wxrNexthop", "pulumi config rm wxrNexthop && pulumi config set wxrNextHop ..."],
    ["probeAttemps", "pulumi config rm probeAttemps && pulumi config set probeAttempts ..."],
    ["routerPasword", "pulumi config rm routerPasword && pulumi config set --secret routerPassword ..."],
    ["colourOfTheCase", "pulumi config rm colourOfTheCase (docs/keys.md lists the keys)"],
  ])("refuses the unknown key %s with a command, and does not show its value", (name, remedy) => {
    const given = { ...home, routerPassword: "x", [name]: "hunter2" };
    for (const read of [settings, uplinkConfig]) {
      expect(() => read(given)).toThrow(`"${name}" is not a key of this program`);
      expect(() => read(given)).toThrow(remedy);
      expect(() => read(given)).not.toThrow("hunter2");
    }
  });

  it("refuses in one mode a wrong value of the other", () => {
    const wrong = { ...home, uplink: "mape", wxrNextHop: "300.1.1.1" };
    expect(() => uplinkConfig(wrong)).toThrow('wxrNextHop: "300.1.1.1" is not an IPv4 address');
    expect(() => uplinkConfig({ ...home, uplink: "wxr", tunnelName: "mape" })).toThrow(/tunnelName: "mape"/);
    expect(() => uplinkConfig({ ...home, uplink: "wxr", delegatedPrefix: "10.0.0.0/8" })).toThrow(
      /delegatedPrefix: "10.0.0.0\/8" is not an IPv6/,
    );
  });
});

describe("givenOf()", () => {
  it("takes the project's own keys, without its name", () => {
    expect(
      givenOf({ "vyos-uplink:uplink": "wxr", "pulumi:tags": "x", "other:uplink": "y" }, "vyos-uplink"),
    ).toEqual({
      uplink: "wxr",
    });
  });
});
