/** SshTransport: whom it trusts, how it logs in, and what its refusals say. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { UplinkError } from "../../errors.ts";
import { credentialsOf, type Login } from "../../router/wire/login.ts";
import { type SshSettings, SshTransport } from "../../router/wire/ssh.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { rejection, sshSettings } from "./lab.ts";

const wrongPin = `SHA256:${"A".repeat(43)}`;
const wrongPassword = "hunter2-never-to-be-seen";

describe("SshTransport.open()", () => {
  let simulator: Simulator;
  const folder = mkdtempSync(join(tmpdir(), "login-"));
  const keyFile = join(folder, "key");
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.stop());
  afterAll(() => rmSync(folder, { recursive: true }));

  const refused = async (changed: Partial<SshSettings>): Promise<UplinkError> => {
    const transport = new SshTransport(sshSettings(simulator, changed));
    const error = await rejection(transport.open());
    await transport.close();
    expect(error).toBeInstanceOf(UplinkError);
    return error as UplinkError;
  };

  it.each([
    ["refuses a router when no host key is pinned", undefined],
    ["refuses a router whose host key is not the pinned one", wrongPin],
    ["refuses a router when the pin is a prefix of its host key", "SHA256:"],
  ])("SshTransport.open() %s, and prints the key seen", async (_name, hostKey) => {
    const error = await refused({ hostKey });
    expect(error.code).toBe("HOST_KEY_REFUSED");
    expect(error.message).toContain(simulator.hostKeyFingerprint);
    if (hostKey !== undefined) expect(error.message).toContain(hostKey);
    expect(simulator.transcript()).toEqual([]);
    expect(simulator.counters.bytesIn).toBe(0);
  });

  it.each<[string, () => Login]>([
    ["a private key", () => ({ kind: "keyFile", path: keyFile })],
    ["a password", () => ({ kind: "password", password: simulator.password })],
  ])("SshTransport.open() logs in with %s and reaches a shell", async (_name, login) => {
    writeFileSync(keyFile, simulator.privateKey, { mode: 0o600 });
    const transport = new SshTransport(sshSettings(simulator, { login: login() }));
    await transport.open();
    await transport.write(Buffer.from("id -un\n"));
    expect((await transport.read()).toString("utf8")).toBe("vyos\n");
    await transport.close();
    expect((await transport.read()).length).toBe(0);
  });

  it.each<[string, Partial<SshSettings>, string]>([
    ["a wrong password", { login: { kind: "password", password: wrongPassword } }, "this password"],
    ["an unknown user", { user: "nobody" }, "this password"],
  ])("SshTransport.open() says LOGIN_REFUSED for %s and names no secret", async (_name, login, tried) => {
    const error = await refused(login);
    expect(error.code).toBe("LOGIN_REFUSED");
    expect(error.message).toContain(tried);
    const said = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join("\n");
    expect(said).not.toContain(wrongPassword);
    expect(said).not.toContain("PRIVATE KEY");
  });

  it("SshTransport.open() says ROUTER_UNREACHABLE when nobody listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const error = await refused({ port });
    expect(error.code).toBe("ROUTER_UNREACHABLE");
    expect(error.message).toContain(`127.0.0.1 port ${port}`);
  });

  it.each(["drop", "garble", "hang"] as const)(
    "SshTransport.open() says ROUTER_UNREACHABLE when the connection meets %s",
    async (kind) => {
      simulator.inject({ at: "connect", kind, times: 1 });
      expect((await refused({ connectTimeoutSeconds: 1 })).code).toBe("ROUTER_UNREACHABLE");
    },
  );

  it("SshTransport.write() is refused once the transport is closed", async () => {
    const transport = new SshTransport(sshSettings(simulator));
    await transport.open();
    await transport.close();
    expect(await rejection(transport.write(Buffer.from("id -un\n")))).toHaveProperty(
      "code",
      "ROUTER_UNREACHABLE",
    );
  });
});

describe("credentialsOf()", () => {
  it("refuses a key file that cannot be read, by its key", () => {
    expect(() => credentialsOf({ kind: "keyFile", path: "/nowhere/key" })).toThrow(
      /routerPrivateKeyFile: "\/nowhere\/key" cannot be read \(ENOENT\)/,
    );
  });

  it("refuses an agent that is not there", () => {
    const socket = process.env.SSH_AUTH_SOCK;
    try {
      delete process.env.SSH_AUTH_SOCK;
      expect(() => credentialsOf({ kind: "agent" })).toThrow(/is missing, and so are routerPassword and an/);
      process.env.SSH_AUTH_SOCK = "/run/agent";
      expect(credentialsOf({ kind: "agent" })).toEqual({ agent: "/run/agent" });
    } finally {
      if (socket === undefined) delete process.env.SSH_AUTH_SOCK;
      else process.env.SSH_AUTH_SOCK = socket;
    }
  });
});
