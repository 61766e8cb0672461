/**
 * The lock that an engine killed in the middle of a run left in a local state folder. It must never take the lock of an
 * engine that lives, or of another machine, where nobody here can tell.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Removes the locks of engines that are gone; resolves to what they said of themselves. `backend` as file://folder. */
export async function removeStaleLocks(backend: string): Promise<string[]> {
  if (!backend.startsWith("file://")) return [];
  const folder = join(fileURLToPath(backend), ".pulumi", "locks");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const removed: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const file = join(entry.parentPath, entry.name);
    const holder = parseLock(await readFile(file, "utf8").catch(() => ""));
    if (holder === undefined || holder.host !== hostname() || isAlive(holder.pid)) continue;
    await rm(file, { force: true });
    removed.push(`process ${holder.pid}, since ${holder.since}`);
  }
  return removed;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** As the engine writes it (pulumi: pkg/backend/diy/lock.go). Undefined: nothing of that kind. */
function parseLock(text: string): Holder | undefined {
  try {
    const { pid, hostname: host, timestamp } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pid !== "number" || pid <= 0 || typeof host !== "string") return undefined;
    return { pid, host, since: String(timestamp) };
  } catch {
    return undefined;
  }
}

/** True also when the process is another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
