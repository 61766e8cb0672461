/** The commands of a reading: they only look, they are shell as bash reads it, and one that fails takes no other with it. */

import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { type Questions, readingLines } from "../../doctor/facts.ts";
import { readRouter } from "../../doctor/reading.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import type { Transport } from "../../router/wire/transport.ts";
import { printTreeText } from "../../vyos/text.ts";
import type { ConfigTree } from "../../vyos/tree.ts";
import { rejection, sshSettings } from "../router/lab.ts";
import { startSimulator } from "../simulator/simulator.ts";

const all: Questions = {
  ngn: { interface: "eth1", gateway: "fe80::1" },
  relay: "2001:db8::1",
  wxrNextHop: "192.168.100.1",
  sharedIpv4: "192.0.2.1",
  files: ["/config/scripts/one", "/config/scripts/two"],
};

/** Answers every framed line by what `say` returns; undefined ends the connection there. */
class Answering implements Transport {
  sent: string[] = [];
  #said: Buffer[] = [];
  #waiting: ((bytes: Buffer) => void) | undefined;
  readonly #say: (line: string) => string | undefined;
  readonly #silentUntil: number;
  #held: string[] = [];

  /** Nothing is answered before so many lines have come. */
  constructor(say: (line: string) => string | undefined, silentUntil = 1) {
    this.#say = say;
    this.#silentUntil = silentUntil;
  }

  async open(): Promise<void> {}

  read(): Promise<Buffer> {
    const bytes = this.#said.shift();
    if (bytes !== undefined) return Promise.resolve(bytes);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async write(bytes: Buffer): Promise<void> {
    const framed = /^\{ ([\s\S]*); \} <\/dev\/null 2>&1; printf '\\n%s %s\\n' '([0-9a-f]+)'/.exec(
      bytes.toString(),
    );
    if (framed === null) return;
    const [, line = "", tag] = framed;
    this.sent.push(line);
    const answer = this.#say(line);
    this.#held.push(answer === undefined ? "" : `${answer}\n${tag} 0\n`);
    if (this.sent.length < this.#silentUntil) return;
    for (const text of this.#held.splice(0)) setImmediate(() => this.#hand(text));
  }

  async close(): Promise<void> {
    this.#hand("");
  }

  #hand(text: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#said.push(Buffer.from(text));
    else waiting(Buffer.from(text));
  }
}

describe("readingLines()", () => {
  test.each(readingLines(all))("%s is one command that bash can read", (_name, line) => {
    expect(spawnSync("bash", ["-n"], { input: `{ ${line}; } </dev/null 2>&1\n` }).status).toBe(0);
  });

  test.each(readingLines(all))("%s is bounded on the router, and only looks", (_name, line) => {
    const outside = line.replaceAll(/'[^']*'/g, "TEXT");
    const commands = outside.split(/\|\||[{;]/).map((command) => command.trim());
    const looks =
      /^(?:timeout 5 (?:sudo -n )?(?:cat \S+(?: \S+)?|date \+%s|id -Gn|true|cli-shell-api showCfg --show-active-only|systemctl (?:list-timers|is-active) .*|journalctl .*|conntrack (?:-S|-L -q TEXT \| head -n 4000)|ip (?:-j )?(?:-[46] )?(?:-s )?(?:link|addr|tunnel|route|neigh) (?:show|get 1\.1\.1\.1)|ping .*|python3 -c TEXT .*|nft -a list ruleset)|printf TEXT(?: TEXT)*|\}|)$/;
    expect(commands.filter((command) => !looks.test(command))).toEqual([]);
  });

  test("quotes what came from the configuration", () => {
    const lines = readingLines({ ...all, relay: "2001:db8::1; reboot" });
    const relay = lines.find(([name]) => name === "relayPing")?.[1];
    expect(relay).toContain("'2001:db8::1; reboot'");
  });
});

describe("readRouter()", () => {
  const version = '{"version":"VyOS 1.4.3"}';

  test("sends everything before the first answer comes: one round trip", async () => {
    const transport = new Answering(() => version, readingLines(all).length);
    expect((await readRouter(transport, "a router", all)).version).toBe("VyOS 1.4.3");
  });

  test("keeps what it has when the link goes in the middle", async () => {
    const transport = new Answering((line) => (line.includes("config.boot") ? undefined : version));
    const facts = await readRouter(transport, "a router", all);
    expect(facts.version).toBe("VyOS 1.4.3");
    expect(facts.saved).toBeUndefined();
    expect(facts.unreadable).toEqual(expect.arrayContaining(["saved", "rules"]));
  });

  test("is refused when nothing came at all", async () => {
    const transport = new Answering(() => undefined);
    const error = await rejection(readRouter(transport, "a router", all));
    expect(error.message).toContain("ROUTER_UNREACHABLE");
  });

  test("asks by the running configuration when nothing else says what to ask", async () => {
    const transport = new Answering((line) => (line.includes("showCfg") ? "protocols {\n}" : "1 received"));
    let seen: ConfigTree | undefined;
    const facts = await readRouter(transport, "a router", (running) => {
      seen = running;
      return all;
    });
    expect(seen && printTreeText(seen)).toBe("protocols\n");
    expect(transport.sent.filter((line) => line.includes("showCfg"))).toHaveLength(1);
    expect(facts.relayPing?.answered).toBe(true);
  });

  test("reads a file as it is, and knows one that is not there", async () => {
    const simulator = await startSimulator({});
    const text = "#!/bin/sh\n\nexit 0\n";
    try {
      await simulator.kernelByHand([
        `mkdir -p /config/scripts; printf '#!/bin/sh\\n\\nexit 0\\n' >/config/scripts/one`,
      ]);
      const files = ["/config/scripts/one", "/config/scripts/two"];
      const facts = await readRouter(new SshTransport(sshSettings(simulator)), "the router", { files });
      expect(facts.files).toEqual(new Map([["/config/scripts/one", text]]));
      expect(simulator.escapes).toEqual([]);
    } finally {
      await simulator.stop();
    }
  });
});
