/** Other people's tools for VyOS: where they are installed, how each makes the change, and why one cannot. */

import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { commandsFor } from "../../router/change/operation.ts";
import { printCommand } from "../../vyos/commands.ts";
import { parseCommands } from "../../vyos/text.ts";
import { switchOperations } from "./change.ts";
import type { Lab } from "./lab.ts";

export interface Rival {
  readonly name: string;
  /** Makes the change on the lab's router, or throws with the tool's own words. */
  readonly change: (lab: Lab) => Promise<void>;
}

/** A Python environment in the user's cache, made by installRivals() and by nothing else. */
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "vyos-uplink", "peers");
const bin = join(folder, "bin");

/** Of 2026-11, as PyPI has them; the collection vyos.vyos comes in the package ansible. */
const packages = ["ansible==12.3.0", "paramiko==4.0.0", "napalm==5.2.0", "napalm-vyos==0.2.1"];

/** A tool of Python that hangs is ended: the slowest takes half a minute. */
const longestSeconds = 180;

export const notInstalled = "not installed; npm run bench -- --install-peers does it, in the user's cache";

/** Tried with 0.1.0: it stops at "unrecognized VyOS version ''", for the simulated router did not run the question. */
export const pyinfraReason =
  "it asks by sh -c scripts with subshells and uploads a bash script by SFTP; the simulated router runs neither";

export function rivalsInstalled(): boolean {
  return existsSync(join(bin, "ansible-playbook")) && existsSync(join(bin, "napalm"));
}

export async function installRivals(): Promise<void> {
  await run("python3", ["-m", "venv", folder], {}, 600);
  await run(join(bin, "pip"), ["install", "--quiet", ...packages], {}, 600);
}

export const rivals: readonly Rival[] = [
  { name: "Ansible vyos.vyos", change: byAnsible },
  { name: "napalm-vyos", change: byNapalm },
];

function byAnsible(lab: Lab): Promise<void> {
  const { host, user, password } = lab.simulator;
  const variables = {
    ansible_port: lab.wire.port,
    ansible_user: user,
    ansible_password: password,
    ansible_connection: "ansible.netcommon.network_cli",
    ansible_network_os: "vyos.vyos.vyos",
    ansible_network_cli_ssh_type: "paramiko",
    ansible_python_interpreter: join(bin, "python"),
    commands: writeCommands(lab),
  };
  const playbook = join(import.meta.dirname, "ansible-peer.yml");
  const args = ["-i", `${host},`, "-e", JSON.stringify(variables), playbook];
  // The simulated router has a new host key at every start.
  const environment = { ANSIBLE_HOST_KEY_CHECKING: "False", ANSIBLE_HOME: join(lab.folder, "ansible") };
  return run(join(bin, "ansible-playbook"), args, environment, longestSeconds);
}

function byNapalm(lab: Lab): Promise<void> {
  const { host, user, password } = lab.simulator;
  const program = join(import.meta.dirname, "napalm-peer.py");
  const args = [program, host, String(lab.wire.port), user, password, writeCommands(lab)];
  return run(join(bin, "python"), args, {}, longestSeconds);
}

/** Exactly the lines that our own batch would set and delete. */
function writeCommands(lab: Lab): string {
  const running = parseCommands(lab.simulator.running().join("\n"));
  const commands = switchOperations().flatMap((operation) => commandsFor(operation, running));
  const file = join(lab.folder, "commands");
  writeFileSync(file, commands.map((command) => `${printCommand(command)}\n`).join(""));
  return file;
}

function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  seconds: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: seconds * 1000,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => {
        output += bytes.toString("utf8");
      });
    }
    child.once("error", reject);
    child.once("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(output.trim().split("\n").at(-1)?.slice(0, 200) || `exit status ${status}`));
    });
  });
}
