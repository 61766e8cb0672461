/** Programs that tell of the machine: who, when, which processes, who holds the commit lock. */

import { find } from "../configuration/tree.ts";
import { signalOf } from "../system/process.ts";
import { type Answer, done, fail, no, type Programs, say } from "../system/program.ts";
import type { Uses } from "./devices.ts";

const committer = "/opt/vyatta/sbin/my_commit";

export function systemPrograms(
  machine: Uses<"clock" | "processes" | "observed" | "store" | "journal" | "reboot">,
): Programs {
  const { clock, processes } = machine;
  return {
    id: ({ args, user }) => (args[0] === "-Gn" ? say(`${machine.observed.groups}\n`) : id(args, user)),
    hostname: () => say(`${find(machine.store.active, ["system", "host-name"])?.values[0] ?? "vyos"}\n`),
    date: ({ args }) => date(args, clock.wall()),
    sleep: async ({ args: [seconds = "0"] }) => {
      await clock.sleep(Number.parseFloat(seconds));
      return done;
    },
    sync: () => done,
    logger: ({ args }) => {
      const tag = args[0] === "-t" ? (args[1] ?? "") : "";
      machine.journal.push(`${tag}: ${args.slice(tag === "" ? 0 : 2).join(" ")}`);
      return done;
    },
    kill: ({ args }) => {
      const pid = Number(args.at(-1));
      const process = processes.get(pid);
      if (process === undefined) return fail(`vbash: kill: (${pid}) - No such process`);
      if (args[0] !== "-0") process.signal(signalOf(args.length > 1 ? (args[0] ?? "") : "TERM") ?? "TERM");
      return done;
    },
    ps: ({ args }) => {
      const pid = Number(args[args.indexOf("-p") + 1]);
      const committing =
        machine.store.locked?.pid === pid ? { ...machine.store.locked, args: committer } : undefined;
      const process = processes.get(pid) ?? committing;
      if (process === undefined) return no;
      const columns: Record<string, string> = {
        user: process.user,
        args: process.args,
        pid: String(pid),
        comm: "command" in process ? process.command : "my_commit",
      };
      const wanted = (args[args.indexOf("-o") + 1] ?? "").split(",").map((one) => one.replace(/=.*$/, ""));
      return say(`${wanted.map((one) => columns[one] ?? "").join(" ")}\n`);
    },
    lslocks: () =>
      say(
        machine.store.locked === undefined
          ? ""
          : `${machine.store.locked.pid} my_commit /opt/vyatta/config/.lock\n`,
      ),
    reboot: ({ user }) => {
      if (user !== "root") return fail("Failed to reboot: Interactive authentication required.");
      machine.reboot();
      return done;
    },
  };
}

function id(args: readonly string[], user: string): Answer {
  const group = user === "root" ? "root" : "vyattacfg";
  if (args[0] === "-gn") return say(`${group}\n`);
  if (args[0] === "-un") return say(`${user}\n`);
  if (args[0] === "-u") return say(user === "root" ? "0\n" : "1000\n");
  return say(
    user === "root"
      ? "uid=0(root) gid=0(root) groups=0(root)\n"
      : "uid=1000(vyos) gid=113(vyattacfg) groups=113(vyattacfg),27(sudo),100(users)\n",
  );
}

/** `+%s`, `+%s%N`, `+%FT%TZ` and their parts, in UTC whatever is asked. */
function date(args: readonly string[], now: number): Answer {
  const format = args.find((arg) => arg.startsWith("+"))?.slice(1) ?? "%F %T";
  const iso = new Date(now * 1000).toISOString();
  const values: Record<string, string> = {
    s: String(Math.floor(now)),
    N: String(Math.floor((now % 1) * 1e9)).padStart(9, "0"),
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    Z: "UTC",
    z: "+0000",
  };
  return say(`${format.replace(/%([a-zA-Z])/g, (all, letter: string) => values[letter] ?? all)}\n`);
}
