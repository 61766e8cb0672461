/** The simulator's SSH side: who may log in, and that lines sent ahead are answered in order. */

import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { connect, Wire } from "./wire.ts";

describe("startSimulator() over SSH", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.stop());

  it("accepts the password and the key", async () => {
    for (const login of [{ password: simulator.password }, { privateKey: simulator.privateKey }]) {
      const wire = await Wire.open(simulator, login);
      expect(await wire.run("id -un")).toEqual({ text: "vyos\n", status: 0 });
      wire.close();
    }
    expect(simulator.counters.connections).toBe(2);
  });

  it("refuses a wrong password and an unknown user", async () => {
    await expect(connect(simulator, { password: "wrong" })).rejects.toThrow("authentication");
    const login = { username: "root", password: simulator.password };
    await expect(connect(simulator, login)).rejects.toThrow("authentication");
  });

  it("shows the host key whose fingerprint it tells", async () => {
    let seen = "";
    const hostVerifier = (key: Buffer) => {
      seen = `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
      return true;
    };
    const client = await connect(simulator, { password: simulator.password, hostVerifier });
    client.end();
    expect(seen).toBe(simulator.hostKeyFingerprint);
  });

  it("answers lines sent ahead in their order", async () => {
    const wire = await Wire.open(simulator);
    const answers = await Promise.all([
      wire.set("interfaces", "dummy", "dum0", "address", "192.0.2.1/32"),
      wire.set("interfaces", "dummy", "dum0", "nosuchnode"),
      wire.commit(),
      wire.run("cli-shell-api returnActiveValues interfaces dummy dum0 address"),
      wire.run("hostname"),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([0, 1, 0, 0, 0]);
    expect(answers[3]?.text).toBe("'192.0.2.1/32'");
    expect(answers[4]?.text).toBe("vyos\n");
    wire.close();
  });
});
