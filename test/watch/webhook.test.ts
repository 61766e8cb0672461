/** The webhook against a server on loopback that takes, refuses, and stays silent. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Webhook } from "../../watch/webhook.ts";

interface Received {
  readonly method: string | undefined;
  readonly type: string | undefined;
  readonly code: string;
}

let server: Server;
let received: Received[];
/** What is answered next; "silence" never answers. The last stands for all that follow. */
let answers: (number | "silence")[];
let reports: string[];

beforeEach(async () => {
  [received, answers, reports] = [[], [200], []];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes) => {
      body += bytes;
    });
    request.on("end", () => {
      const { code } = JSON.parse(body) as { code: string };
      received.push({ method: request.method, type: request.headers["content-type"], code });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer !== "silence") response.writeHead(answer ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const secret = "T0KEN";
const webhook = (url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${secret}`): Webhook =>
  new Webhook({
    url,
    timeoutMs: 200,
    pausesMs: [1, 1],
    sleep: () => Promise.resolve(),
    report: (line) => reports.push(line),
  });
const alert = (code: string) => ({ at: "2026-11-25T00:00:00.000Z", event: "raised", code, text: "x" });
const codes = (): string[] => received.map(({ code }) => code);

describe("Webhook", () => {
  it("posts JSON, one alert after another", async () => {
    const hook = webhook();
    hook.post(alert("a"));
    hook.post(alert("b"));
    await hook.flush();
    expect(received).toEqual([
      { method: "POST", type: "application/json", code: "a" },
      { method: "POST", type: "application/json", code: "b" },
    ]);
  });

  it.each([[503], [429], ["silence"]] as const)("tries again after %s", async (first) => {
    answers = [first, 200];
    const hook = webhook();
    hook.post(alert("a"));
    await hook.flush();
    expect({ codes: codes(), waiting: hook.waiting }).toEqual({ codes: ["a", "a"], waiting: 0 });
  });

  it("gives up after three attempts, keeps the order, and delivers when the server is back", async () => {
    answers = [500];
    const hook = webhook();
    hook.post(alert("a"));
    hook.post(alert("b"));
    await hook.flush();
    expect({ codes: codes(), waiting: hook.waiting }).toEqual({ codes: ["a", "a", "a"], waiting: 2 });
    answers = [200];
    await hook.flush();
    expect({ codes: codes().slice(3), waiting: hook.waiting }).toEqual({ codes: ["a", "b"], waiting: 0 });
  });

  it("drops what is refused for good, and goes on", async () => {
    answers = [404, 200];
    const hook = webhook();
    hook.post(alert("a"));
    hook.post(alert("b"));
    await hook.flush();
    expect({ codes: codes(), waiting: hook.waiting }).toEqual({ codes: ["a", "b"], waiting: 0 });
    expect(reports.join()).toContain("404");
  });

  it("never prints its address, whatever fails", async () => {
    for (const url of [`http://127.0.0.1:59/${secret}`, `http://nowhere.invalid/${secret}`]) {
      const hook = webhook(url);
      hook.post(alert("a"));
      await hook.flush();
    }
    expect(reports).toHaveLength(2);
    expect(reports[0]).toContain("ECONNREFUSED");
    expect(reports.join()).not.toMatch(/T0KEN|nowhere|127\.0/);
  });

  it("keeps the newest hundred", async () => {
    answers = [500];
    const hook = webhook();
    for (let count = 0; count < 150; count += 1) hook.post(alert(String(count)));
    await hook.flush();
    expect(hook.waiting).toBe(100);
  });
});
