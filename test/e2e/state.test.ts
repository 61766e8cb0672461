import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;

beforeAll(async () => {
  stack = await HomeStack.start("copied");
  await stack.set({ routerPrivateKeyFile: "" });
  await stack.succeed("config", "set", "--secret", "routerPassword", stack.simulator.password);
});

afterAll(() => stack.stop());

interface State {
  deployment: { resources: { urn: string; inputs?: { __provider?: string } }[] };
}

async function providers(): Promise<string[]> {
  const { output } = await stack.succeed("stack", "export");
  expect(output).not.toContain(stack.simulator.password);
  expect(output).not.toContain("PRIVATE KEY");
  const { resources } = (JSON.parse(output) as State).deployment;
  // The order of the export is that of the last run; the URN says which is which.
  const byUrn = [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return byUrn.flatMap(({ inputs }) => inputs?.__provider ?? []);
}

test("the state holds a shim of some 2 KB a resource, no secret, and the same after the code has changed", async () => {
  await stack.succeed(...up);
  await stack.set({ uplink: "mape" });
  const { output } = await stack.succeed(...up);
  expect(output).not.toContain(stack.simulator.password);
  const before = await providers();
  expect(before).toHaveLength(7);
  for (const text of before) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2100);

  for (const file of ["vyos/resources/tunnel.ts", "providers/verbs.ts", "router/router.ts", "index.ts"]) {
    appendFileSync(join(stack.sandbox.folder, file), "\n// edited\n");
  }
  await stack.succeed(...up, "--expect-no-changes");
  expect(await providers()).toEqual(before);
});

describe("a refused value leaves the router untouched:", () => {
  it.each([
    { key: "uplink", value: "both", says: "none of mape, wxr" },
    { key: "tunnelName", value: "mape", says: "write tun0" },
    { key: "borderRelay", value: "2404:9200:225:100::64", says: "v6plus" },
    { key: "ceAddress", value: "2404:7a82:4d02:4100:85:d10d:200:4200", says: "does not match" },
    { key: "delegatedPrefix", value: "133.209.13.2/32", says: "is not an IPv6 address" },
    { key: "ipv6Interface", value: "", says: "link-local" },
    { key: "natRuleBase", value: "1000000", says: "999999" },
    { key: "routerHost", value: "", says: "is missing" },
    { key: "routerPrivateKeyFile", value: "/nowhere/key", says: "cannot be read" },
    { key: "wxrNextHop", value: "$(reboot)", says: "not an IPv4 address", uplink: "wxr" },
    { key: "wxrNextHop", value: "300.1.1.1", says: "not an IPv4 address" }, // in mape, where it is not used
  ])("$key $value", async ({ key, value, says, uplink }) => {
    const { output: was } = await stack.sandbox.run(["config", "get", key]);
    const before = stack.simulator.running();
    await stack.set({ uplink: uplink ?? "mape", [key]: value });
    const run = await stack.sandbox.run(["preview"]);
    await stack.set({
      [key]: was.startsWith("error") ? "" : was.trim(),
      ...(key === "uplink" ? { uplink: "mape" } : {}),
    });
    expect(run.status).not.toBe(0);
    expect(run.output).toContain(key);
    expect(run.output).toContain(says);
    expect(run.output).toContain("remedy:");
    expect(stack.simulator.running()).toEqual(before);
  });

  test("a misspelled key, with the command that spells it right", async () => {
    await stack.set({ wxrNexthop: "192.168.100.9" });
    const { status, output } = await stack.sandbox.run(["preview"]);
    await stack.succeed("config", "rm", "wxrNexthop");
    expect(status).not.toBe(0);
    expect(output).toContain('"wxrNexthop" is not a key of this program, wxrNextHop is');
    expect(output).toContain("pulumi config rm wxrNexthop && pulumi config set wxrNextHop ...");
  });
});

test("an entry of routers, chosen by the key router, is reached in place of the router* keys", async () => {
  const { host, port, user, hostKeyFingerprint: hostKey, password } = stack.simulator;
  await stack.set({ routerHost: "192.0.2.99", routerPrivateKeyFile: "", router: "lab" });
  const fields = { host, port: String(port), user, hostKey };
  for (const [field, value] of Object.entries(fields))
    await stack.succeed("config", "set", "--path", `routers.lab.${field}`, value);
  await stack.succeed("config", "set", "--path", "--plaintext", "routers.lab.password", password);
  const plain = await stack.sandbox.run(["preview"]);
  expect(plain.output).toContain("pulumi config set --secret --path routers.NAME.password");
  expect(plain.output).not.toContain(password);

  await stack.succeed("config", "set", "--path", "--secret", "routers.lab.password", password);
  const seen = await stack.during(() => stack.succeed("refresh", "--yes"));
  expect(seen.connections).toBeGreaterThan(0);
});
