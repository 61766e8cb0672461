/**
 * Scripts of the owner's that VyOS runs by itself: hooks behind every commit, as whoever commits, and the script at the end
 * of a boot, as root (vyatta-cfg: vyos-user-postcommit-hooks.sh). What they say goes nowhere; what fails stops nothing.
 */
import { isExecutable, runScript } from "../shell/execute.ts";
import type { User } from "../system/files.ts";
import type { Machine } from "../system/machine.ts";
import { nowhere } from "../system/process.ts";

const folder = "/config/scripts/commit/post-hooks.d";
const bootScript = "/config/scripts/vyos-postconfig-bootup.script";

/** As run-parts: in the order of the names, those with a dot in them left out. */
export async function runHooks(machine: Machine, user: User): Promise<void> {
  const names = [...(machine.files.find(folder)?.entries.keys() ?? [])].sort();
  for (const name of names) if (/^[\w-]+$/.test(name)) await run(machine, `${folder}/${name}`, user);
}

export async function runBootScript(machine: Machine): Promise<void> {
  await run(machine, bootScript, "root");
}

async function run(machine: Machine, path: string, user: User): Promise<void> {
  const node = machine.files.find(path);
  if (node?.kind !== "file" || !isExecutable(node, user)) return;
  const fds = new Map([1, 2].map((fd) => [fd, nowhere]));
  await runScript(machine, [path], user, { link: undefined, stdin: "", fds }).catch((error: unknown) => {
    machine.escapes.push(`${path}: ${String(error)}`);
  });
}
