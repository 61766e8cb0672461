import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Journal } from "../../watch/journal.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "watch-journal-"));
  file = join(folder, "kept", "watch.json");
});

afterEach(() => rmSync(folder, { recursive: true }));

const at = "2026-11-25T00:00:00.000Z";

describe("Journal", () => {
  it("tells the next watch what this one did", () => {
    const first = new Journal(file);
    first.begin({ at, to: "wxr", why: "the relay is silent" });
    first.end("done", "");
    const next = new Journal(file);
    expect(next.changes).toEqual([{ at, to: "wxr", why: "the relay is silent", outcome: "done", words: "" }]);
    expect({ attempts: next.attempts, fellBack: next.fellBack }).toEqual({
      attempts: [Date.parse(at)],
      fellBack: true,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("counts an attempt that was cut off, and takes it as perhaps done", () => {
    new Journal(file).begin({ at, to: "wxr", why: "x" });
    expect(new Journal(file)).toMatchObject({ fellBack: true, attempts: [Date.parse(at)] });
  });

  it("counts an attempt that failed, and stays where it was", () => {
    const journal = new Journal(file);
    journal.begin({ at, to: "wxr", why: "x" });
    journal.end("failed", "PROBE_FAILED");
    expect(new Journal(file)).toMatchObject({ fellBack: false, attempts: [Date.parse(at)] });
  });

  it.each([
    ["half a file", '[{"at":'],
    ["another's list", '[{"at":"yesterday","to":"wxr","why":"","outcome":"done","words":""}]'],
    ["another uplink", `[{"at":"${at}","to":"both","why":"","outcome":"done","words":""}]`],
  ])("refuses %s, and leaves it alone", (_name, text) => {
    const broken = join(folder, "broken.json");
    writeFileSync(broken, text);
    expect(() => new Journal(broken)).toThrow("INVALID_VALUE");
    expect(readFileSync(broken, "utf8")).toBe(text);
  });
});
