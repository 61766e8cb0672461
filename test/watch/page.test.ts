/** The status page as a browser builds it, and as HTTP hands it out. */

import { createHash } from "node:crypto";
import { request } from "node:http";
import { afterEach, describe, expect, it, jest, test } from "@jest/globals";
import { pageText } from "../../watch/page.ts";
import { type Served, serve } from "../../watch/serve.ts";
import type { Snapshot } from "../../watch/snapshot.ts";
import { findBrowser, load } from "./browser.ts";
import { lookAt, silentRelay, snapshotOf } from "./looks.ts";

jest.setTimeout(120_000);

const served: Served[] = [];
const open = async (snapshot: Snapshot): Promise<Served> => {
  const one = await serve(0, ["/", "/metrics"], () => snapshot);
  served.push(one);
  return one;
};

afterEach(async () => {
  for (const one of served.splice(0)) await one.close();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(port: number, path: string, host: string, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, path, method, host: "127.0.0.1", headers: { host } }, (response) => {
      let body = "";
      response.on("data", (bytes) => {
        body += bytes;
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.once("error", reject).end();
  });
}

describe("serve()", () => {
  it.each([
    { name: "the page", path: "/", status: 200 },
    { name: "the metrics", path: "/metrics", status: 200 },
    { name: "nothing else", path: "/etc/passwd", status: 404 },
    { name: "no change", path: "/", method: "POST", status: 405 },
    // A name of somebody else's that points to 127.0.0.1: DNS rebinding.
    { name: "no page of another name", path: "/", host: "attacker.example", status: 421 },
  ])("hands out $name", async ({ path, status, method, host }) => {
    const { port } = await open(snapshotOf(lookAt("mape")));
    expect((await ask(port, path, host ?? `127.0.0.1:${port}`, method)).status).toBe(status);
  });

  it("lets the page's own style apply, or no link would be red", async () => {
    const { port } = await open(snapshotOf(lookAt("mape")));
    const { headers, body } = await ask(port, "/", "localhost");
    const [, style = ""] = /<style>([\s\S]*)<\/style>/.exec(body) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(headers["content-security-policy"]).toContain(`style-src 'sha256-${hash}'`);
    expect(style).toContain(".link.broken { stroke: var(--broken)");
  });

  it("forbids whatever the page does not need", async () => {
    const { port } = await open(snapshotOf(lookAt("mape")));
    const { headers } = await ask(port, "/", "localhost");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });
});

describe("pageText()", () => {
  const hostile = `<script>alert("&'")</script>`;

  it("escapes what others said", () => {
    const look = lookAt("mape", (paper) => {
      paper.tcp = hostile;
    });
    const text = pageText(snapshotOf(look));
    expect(text).not.toContain("<script");
    expect(text.split("&lt;script&gt;alert(&quot;&amp;&#39;&quot;)").length).toBeGreaterThanOrEqual(2);
  });

  it("fetches nothing", () => {
    expect(pageText(snapshotOf(lookAt("mape", silentRelay)))).not.toMatch(
      /\b(?:src|href)=|url\(|@import|https?:/,
    );
  });

  it("says so before the first reading", () => {
    expect(pageText(snapshotOf(undefined))).toContain("has not been read yet");
  });
});

const browser = findBrowser();
const inBrowser = (name: string, run: (browser: string) => Promise<void>): void => {
  if (browser !== undefined) test(name, () => run(browser));
  else test.skip(`${name} (skipped: no chromium or google-chrome on PATH, and no CHROME_PATH)`, () => {});
};

/** By name of the link: the class that paints it. */
function linksIn(dom: string): Record<string, string | undefined> {
  const lines = dom.matchAll(/<line class="link (\w+)" data-link="([^"]+)"/g);
  return Object.fromEntries([...lines].map(([, state, name]) => [name, state]));
}

describe("in a headless browser", () => {
  inBrowser("a silent relay is the one red link, and the internet lies behind it", async (command) => {
    const { port } = await open(snapshotOf(lookAt("mape", silentRelay)));
    const dom = await load(command, `http://127.0.0.1:${port}/`);
    expect(linksIn(dom)).toEqual({
      "LAN - router": "ok",
      "router - NGN gateway": "ok",
      "NGN gateway - border relay": "broken",
      "border relay - internet": "behind",
    });
    expect(dom).toMatch(/id="health" class="bad">broken</);
    expect(dom).toContain("[relay-silent]");
    expect(dom).toContain("4 of 240 ports in use (3 TCP, 2 UDP)");
    expect(dom.match(/class="port used"/g)).toHaveLength(4);
    expect(dom.match(/class="port"/g)).toHaveLength(236);
  });

  inBrowser("a whole line has no red link, in wxr as in mape", async (command) => {
    for (const uplink of ["mape", "wxr"] as const) {
      const { port } = await open(snapshotOf(lookAt(uplink)));
      const dom = await load(command, `http://127.0.0.1:${port}/`);
      expect(new Set(Object.values(linksIn(dom)))).toEqual(new Set(["ok"]));
      expect(dom).toContain(`<b id="uplink">${uplink}</b>: <b id="health" class="good">healthy</b>`);
    }
  });
});
