/** The calculator as a user runs it: a process with arguments, standard input and an exit status. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runProgram } from "../program.ts";

interface Vector {
  id: string;
  kind: string;
  input: unknown;
  output?: unknown;
  reject?: { code: string };
}
interface Reply {
  id: unknown;
  output?: unknown;
  error?: { code: string; message: string };
}

const root = join(__dirname, "..", "..");
const fixture = join(root, "test", "mape", "fixtures", "map-e-vectors.json");
const { vectors } = JSON.parse(readFileSync(fixture, "utf8")) as { vectors: Vector[] };
const own = "2404:7a82:4d02:4100::/56";
const hb46pp = join(root, "test", "cli", "fixtures", "hb46pp.json");

const run = (args: readonly string[], input = "") =>
  runProgram(["cli/mape.ts", ...args], { cwd: root, input });

async function batch(lines: string[]): Promise<Reply[]> {
  const { status, out } = await run(["batch"], `${lines.join("\n")}\n`);
  expect(status).toBe(0);
  return out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Reply);
}

describe("mape batch", () => {
  test("answers every vector in order, with its output or the code of its refusal", async () => {
    const replies = await batch(vectors.map(({ id, kind, input }) => JSON.stringify({ id, kind, input })));
    expect(replies.map(({ id, output, error }) => ({ id, output, code: error?.code }))).toEqual(
      vectors.map(({ id, output, reject }) => ({ id, output, code: reject?.code })),
    );
  });

  test("answers a broken line in its place and goes on", async () => {
    const good = JSON.stringify({
      id: 2,
      kind: "port",
      input: { psidOffset: 4, psidLength: 8, psid: 65, port: 5136 },
    });
    const [broken, unknown, answered] = await batch(["{", '{"id":1,"kind":"dance","input":{}}', good]);
    expect(broken).toMatchObject({ id: null, error: { code: "malformed-input" } });
    expect(unknown).toMatchObject({ id: 1, error: { code: "malformed-input" } });
    expect(answered).toEqual({ id: 2, output: { inSet: true, ownerPsid: 65 } });
  });
});

describe("mape", () => {
  test("derive prints what the CE of a line uses", async () => {
    const { status, out } = await run(["derive", own]);
    expect(status).toBe(0);
    expect(out).toContain("133.209.13.2/32");
    expect(out).toContain("2404:7a82:4d02:4100:85:d10d:200:4100 (draft03)");
    expect(out).toContain("2001:260:700:1::1:275");
  });

  test("derive --json prints the line and the result", async () => {
    const { status, out } = await run(["derive", own, "--service", "biglobe", "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ line: { id: "biglobe" }, result: { psid: 65, portCount: 240 } });
  });

  const rule = "2404:7a82:4c00::/38,133.209.12.0/22,18,4";
  const option94 =
    "005e002d0059001501121685d10c002624047a824c005d000404000000005a001020010260070000010000000000010275";

  test.each([
    { name: "a rule", args: ["--rule", rule], form: "draft03", relay: null },
    {
      name: "a rule in JSON",
      args: [
        "--rule",
        '{"ipv6Prefix":"2404:7a82:4c00::/38","ipv4Prefix":"133.209.12.0/22","eaBitsLength":18,"psidOffset":4}',
      ],
      form: "draft03",
      relay: null,
    },
    { name: "option 94", args: ["--option94", option94], form: "rfc7597", relay: "2001:260:700:1::1:275" },
    {
      name: "option 94 and a form",
      args: ["--option94", option94, "--form", "draft03"],
      form: "draft03",
      relay: "2001:260:700:1::1:275",
    },
    { name: "HB46PP", args: ["--hb46pp", hb46pp], form: "rfc7597", relay: "2001:db8::1" },
  ])("derive and explain take the line by $name", async ({ args, form, relay }) => {
    const { status, out } = await run(["derive", own, ...args, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      line: { ceAddressForm: form, borderRelay: relay, service: null },
      result: { ipv4: "133.209.13.2", psid: 65 },
    });
    const told = await run(["explain", own, ...args]);
    expect(told.status).toBe(0);
    expect(told.out).toContain("65 (0x41)");
  });

  test("explain draws the bits with the fields under them", async () => {
    const drawn = await (await run(["explain", own])).out.split("\n");
    expect(drawn.slice(2, 5)).toEqual([
      "0                16               32               48",
      "0010010000000100 0111101010000010 0100110100000010 0100000100000000",
      "<---------------- rule ----------------><IPv4 suf> < PSID ><subnet>",
    ]);
    expect(drawn).toContain("  bits 38..47  IPv4 suffix  0100000010 = 258 -> 133.209.13.2");
    expect(drawn).toContain("  bits 4..11   PSID         01000001 = 65");
  });

  test.each([
    {
      args: ["explain", own],
      has: { fields: expect.arrayContaining([expect.objectContaining({ from: 48, count: 8 })]) },
    },
    { args: ["port", own, "5135"], has: { port: 5135, inSet: false, psid: 65, ownerPsid: 64 } },
    { args: ["identify", "2404:9200:225:100::64"], has: { kind: "border-relay", service: "v6plus" } },
    { args: ["identify", "2409:10:1::1"], has: { kind: "line", mechanism: "DS-Lite to gw.transix.jp" } },
    {
      args: ["identify", "2404:7a82:4d02:4100:85:d10d:200:4100"],
      has: { kind: "ce", form: "draft03", ipv4: "133.209.13.2", psid: 65, endUserPrefix: own },
    },
    {
      args: ["identify", "2404:7a82:4d02:4100:0:85d1:d02:41"],
      has: { kind: "ce", form: "rfc7597", ipv4: "133.209.13.2", psid: 65 },
    },
    // One bit of the CE address off: no CE.
    { args: ["identify", "2404:7a82:4d02:4100:85:d10d:200:4101"], has: { kind: "near-ce" } },
    { args: ["identify", "2404:7a82:4d02:4100:3a22:e2ff:fe51:7c04/64"], has: { kind: "line" } },
  ])("$args.0 $args.1 --json prints one JSON value", async ({ args, has }) => {
    const { status, out } = await run([...args, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject(has);
  });

  test("batch prints JSON with --json as without", async () => {
    const line = '{"id":1,"kind":"port","input":{"psidOffset":4,"psidLength":8,"psid":65,"port":5136}}\n';
    expect(await run(["batch", "--json"], line)).toEqual(await run(["batch"], line));
  });

  test.each([
    { args: ["derive", "2404:7a82:4d02:4100::"], says: "2404:7a82:4d02:4100:85:d10d:200:4100" },
    { args: ["derive", "2404:7a82:4d02:4101::/64"], says: "2404:7a82:4d02:4100:85:d10d:200:4100" }, // the LAN's second /64
    { args: ["explain", own], says: "PSID: the lower 8 EA bits = 65 (0x41)" },
    { args: ["identify", "2404:9200:225:100:0:0:0:64"], says: "border relay of v6plus" },
    { args: ["identify", "2409:10:1::1"], says: "transix" },
    { args: ["port", own, "5136"], says: "is in the set" },
    { args: ["port", own, "5135"], says: "it is of PSID 64" },
    { args: ["port", own, "80"], says: "no customer's" },
    { args: ["--help"], says: "Usage:" },
  ])("$args.0 $args.1 $args.2 succeeds and says: $says", async ({ args, says }) => {
    const { status, out } = await run(args);
    expect(status).toBe(0);
    expect(out).toContain(says);
  });

  test.each([
    { args: ["derive", "2409:10:1::/56"], code: "not-map-e" },
    { args: ["derive", own, "--service", "ocn"], code: "wrong-service" },
    { args: ["derive", own, "--service", "telepathy"], code: "unknown-service" },
    { args: ["derive", own, "--rule", "2404::/16"], code: "malformed-input" },
    { args: ["derive", own, "--form", "draft04"], code: "malformed-input" },
    { args: ["derive", own, "--option94", "00"], code: "s46-malformed" },
    { args: ["derive", "2404:7a82:4d02:4100::/48"], code: "end-user-prefix-too-short" }, // a slip for /56
    { args: ["derive", "2404:7a82:4d00::/48"], code: "end-user-prefix-too-short" },
    { args: ["derive", "133.209.13.2"], code: "malformed-ipv6" },
    { args: ["derive", "fe80::1"], code: "malformed-ipv6" },
    { args: ["derive", "2400:2410::/56"], code: "not-map-e" },
    { args: ["derive", "240d:f:f000::/56"], code: "predicted-rule" },
    { args: ["derive", "2400:4150:ffff::/56"], code: "no-matching-rule" },
    { args: ["identify", "2001:db8::1"], code: "unknown-prefix" },
    { args: ["port", own, "65536"], code: "port-out-of-range" },
  ])("$args.0 $args.1 $args.3 is refused as $code with status 1", async ({ args, code }) => {
    const { status, out, err } = await run(args);
    expect(status).toBe(1);
    expect(out).toBe("");
    expect(err).toContain(`[${code}]`);
    expect(err).toContain("remedy: ");
  });

  test.each([
    { args: [] },
    { args: ["fly"] },
    { args: ["derive"] },
    { args: ["derive", own, "--loud"] },
    { args: ["port", own, "http"] },
    { args: ["batch", "--service", "ocn"] },
    { args: ["identify", own, "--rule", "x"] },
    { args: ["derive", own, "--service", "ocn", "--option94", "00"] },
    { args: ["derive", own, "--hb46pp", "/nonexistent/answer.json"] },
  ])("arguments $args are a usage error with status 2", async ({ args }) => {
    const { status, err } = await run(args);
    expect(status).toBe(2);
    expect(err).toContain("Usage:");
  });
});
