/** The calculator as a user runs it: a process with arguments, standard input and an exit status. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";

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

function run(args: string[], input = "") {
  const result = spawnSync(process.execPath, ["cli/mape.ts", ...args], {
    cwd: root,
    encoding: "utf8",
    input,
  });
  return { status: result.status, out: result.stdout, err: result.stderr };
}

function batch(lines: string[]): Reply[] {
  const { status, out } = run(["batch"], `${lines.join("\n")}\n`);
  expect(status).toBe(0);
  return out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Reply);
}

describe("mape batch", () => {
  test("answers every vector in order, with its output or the code of its refusal", () => {
    const replies = batch(vectors.map(({ id, kind, input }) => JSON.stringify({ id, kind, input })));
    expect(replies.map(({ id, output, error }) => ({ id, output, code: error?.code }))).toEqual(
      vectors.map(({ id, output, reject }) => ({ id, output, code: reject?.code })),
    );
  });

  test("answers a broken line in its place and goes on", () => {
    const good = JSON.stringify({
      id: 2,
      kind: "port",
      input: { psidOffset: 4, psidLength: 8, psid: 65, port: 5136 },
    });
    const [broken, unknown, answered] = batch(["{", '{"id":1,"kind":"dance","input":{}}', good]);
    expect(broken).toMatchObject({ id: null, error: { code: "malformed-input" } });
    expect(unknown).toMatchObject({ id: 1, error: { code: "malformed-input" } });
    expect(answered).toEqual({ id: 2, output: { inSet: true, ownerPsid: 65 } });
  });
});

describe("mape", () => {
  test("derive prints what the CE of a line uses", () => {
    const { status, out } = run(["derive", own]);
    expect(status).toBe(0);
    expect(out).toContain("133.209.13.2/32");
    expect(out).toContain("2404:7a82:4d02:4100:85:d10d:200:4100 (draft03)");
    expect(out).toContain("2001:260:700:1::1:275");
  });

  test("derive --json prints the line and the result", () => {
    const { status, out } = run(["derive", own, "--service", "biglobe", "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ line: { id: "biglobe" }, result: { psid: 65, portCount: 240 } });
  });

  test.each([
    { args: ["explain", own], says: "PSID: the lower 8 EA bits = 65 (0x41)" },
    { args: ["identify", "2404:9200:225:100:0:0:0:64"], says: "border relay of v6plus" },
    { args: ["identify", "2409:10:1::1"], says: "transix" },
    { args: ["port", own, "5136"], says: "is in the set" },
    { args: ["port", own, "5135"], says: "it is of PSID 64" },
    { args: ["port", own, "80"], says: "no customer's" },
    { args: ["--help"], says: "Usage:" },
  ])("$args.0 $args.1 $args.2 succeeds and says: $says", ({ args, says }) => {
    const { status, out } = run(args);
    expect(status).toBe(0);
    expect(out).toContain(says);
  });

  test.each([
    { args: ["derive", "2409:10:1::/56"], code: "not-map-e" },
    { args: ["derive", own, "--service", "ocn"], code: "wrong-service" },
    { args: ["derive", own, "--service", "telepathy"], code: "unknown-service" },
    { args: ["identify", "2001:db8::1"], code: "unknown-prefix" },
    { args: ["port", own, "65536"], code: "port-out-of-range" },
  ])("$args.0 $args.1 $args.3 is refused as $code with status 1", ({ args, code }) => {
    const { status, out, err } = run(args);
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
    { args: ["batch", "--json"] },
  ])("arguments $args are a usage error with status 2", ({ args }) => {
    const { status, err } = run(args);
    expect(status).toBe(2);
    expect(err).toContain("Usage:");
  });
});
