import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { removeStaleLocks } from "../../../providers/find/stale-lock.ts";

let folder: string;
const goneFor = spawnSync("true").pid;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stale-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  {
    name: "takes the lock of an engine that is gone",
    holder: { pid: goneFor, hostname: hostname() },
    left: false,
  },
  {
    name: "leaves the lock of one that lives",
    holder: { pid: process.pid, hostname: hostname() },
    left: true,
  },
  { name: "leaves the lock of another machine", holder: { pid: goneFor, hostname: "elsewhere" }, left: true },
  { name: "leaves what it cannot read", holder: { pid: "many" }, left: true },
])("removeStaleLocks() $name", async ({ holder, left }) => {
  const locks = join(folder, ".pulumi/locks/organization/vyos-uplink/home");
  mkdirSync(locks, { recursive: true });
  const file = join(locks, "5a1f.json");
  writeFileSync(file, JSON.stringify({ ...holder, username: "someone", timestamp: "2026-01-10T23:26:00Z" }));
  expect(await removeStaleLocks(`file://${folder}`)).toHaveLength(left ? 0 : 1);
  expect(existsSync(file)).toBe(left);
});

it("removeStaleLocks() leaves a backend that is no folder, and one without locks", async () => {
  expect(await removeStaleLocks("https://api.example")).toEqual([]);
  expect(await removeStaleLocks(`file://${folder}`)).toEqual([]);
});
