/** A run as the router names it to others: written and read here. */

import { hostname, userInfo } from "node:os";

export function thisRun(since: string): string {
  return `${userInfo().username}@${hostname()} since ${since} process ${process.pid}`;
}

/** Of this machine, and its process has ended. */
export function isGone(who: string): boolean {
  const [, host, pid] = /@(\S+) since \S+ process ([0-9]+)$/.exec(who.trim()) ?? [];
  if (host !== hostname() || pid === undefined || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
