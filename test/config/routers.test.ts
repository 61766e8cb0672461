import { describe, expect, it } from "@jest/globals";
import { routerSettings } from "../../config/router-settings.ts";

const hostKey = `SHA256:${"A".repeat(43)}`;
const tokyo = { host: "192.0.2.1", user: "tokyo", hostKey, password: "hunter2", probeAttempts: 9 };
const stack = {
  routerHost: "192.0.2.9",
  routerUser: "flat",
  routerPassword: "flat-secret",
  probeAttempts: "7",
};
const withRouters = (routers: unknown, more: object = {}) => ({ ...stack, routers, ...more });

describe("routerSettings()", () => {
  it.each([
    [
      "as JSON, which is how the engine hands it over",
      JSON.stringify({ tokyo, osaka: { host: "192.0.2.2" } }),
    ],
    ["as an object", { tokyo, osaka: { host: "192.0.2.2" } }],
  ])("reads an entry of routers %s", (_how, routers) => {
    expect(routerSettings(withRouters(routers), "tokyo")).toMatchObject({
      ssh: {
        host: "192.0.2.1",
        port: 22,
        user: "tokyo",
        hostKey,
        login: { kind: "password", password: "hunter2" },
      },
      probe: { attempts: 9 },
    });
  });

  it("takes the router* keys without a name, and the entry that the key router names", () => {
    const hostOf = (more: object, name?: string) =>
      routerSettings(withRouters({ tokyo }, more), name).ssh.host;
    expect(hostOf({})).toBe("192.0.2.9");
    expect(hostOf({ router: "tokyo" })).toBe("192.0.2.1");
    expect(hostOf({ router: "tokyo", routerHost: "" }, "tokyo")).toBe("192.0.2.1");
  });

  it("shares with an entry how a change is made, and nothing of the connection", () => {
    const { ssh, probe } = routerSettings(withRouters({ osaka: { host: "192.0.2.2" } }), "osaka");
    expect(probe.attempts).toBe(7);
    expect(ssh).toMatchObject({ user: "vyos", hostKey: undefined, login: { kind: "agent" } });
  });

  it.each([
    {
      routers: { tokyo: { hots: "x" } },
      says: /routers\.tokyo: "hots" is not a key.*host is[\s\S]*pulumi config rm --path routers\.tokyo\.hots && pulumi config set --path routers\.tokyo\.host \.\.\./,
    },
    {
      routers: { tokyo: { passwort: "hunter2" } },
      says: /pulumi config set --secret --path routers\.tokyo\.password \.\.\./,
    },
    {
      routers: { tokyo: {} },
      says: /routers\.tokyo\.host: "" is missing[\s\S]*pulumi config set --path routers\.tokyo\.host /,
    },
    { routers: { tokyo: { ...tokyo, port: 0 } }, says: /routers\.tokyo\.port: "0" is not a whole number/ },
    { routers: { "to kyo": tokyo }, says: /routers: "to kyo" is not a name/ },
    { routers: { tokyo: "hunter2" }, says: /routers\.tokyo: "\(not shown\)" is not a map/ },
    { routers: "hunter2", says: /routers: "\(not shown\)" is not a map/ },
  ])("refuses $says, whichever router is meant, and shows no secret", ({ routers, says }) => {
    expect(() => routerSettings(withRouters(routers))).toThrow(says);
    expect(() => routerSettings(withRouters(routers))).not.toThrow("hunter2");
  });

  it("refuses a name that is not there, with those that are", () => {
    expect(() => routerSettings(withRouters({ tokyo }), "osaka")).toThrow(
      /router: "osaka" is not an entry of routers: tokyo/,
    );
    expect(() => routerSettings({ ...stack, router: "osaka" })).toThrow(/it has none/);
  });
});
