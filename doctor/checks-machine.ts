/** The machine itself: version, rights, clock, what is unsaved, and timers that will put an old configuration back. Pure. */

import { printCommand } from "../vyos/commands.ts";
import { diffTrees } from "../vyos/diff.ts";
import { type Check, notRead, ok, wrong } from "./check.ts";
import type { Facts } from "./facts.ts";

/** Beyond this, certificates, logs and leases are read wrongly. */
const clockToleranceSeconds = 120;

export const machineChecks: readonly Check[] = [
  {
    code: "version",
    title: "the VyOS version is not supported",
    dependsOn: [],
    judge: ({ version }) => {
      if (version === undefined) return notRead;
      return /^(?:VyOS )?(?:1\.[45]|20[0-9]{2}\.)/.test(version)
        ? ok(version)
        : wrong(version, "add system image <URL of VyOS 1.4, 1.5 or rolling>");
    },
  },
  {
    code: "rights",
    title: "the login user may not do what is needed",
    dependsOn: [],
    judge: ({ groups, sudo }) => {
      if (groups === undefined || sudo === undefined) return notRead;
      const lacks = [
        ...(groups.includes("vyattacfg") ? [] : ["is not in the group vyattacfg"]),
        ...(sudo ? [] : ["may not use sudo without a password"]),
      ];
      if (lacks.length === 0) return ok("in vyattacfg, with sudo");
      return wrong(
        `the login user ${lacks.join(" and ")}`,
        "pulumi config set routerUser <a user that `set system login user` made>",
      );
    },
  },
  {
    code: "clock",
    title: "the router's clock is wrong",
    dependsOn: [],
    judge: ({ clock }) => {
      if (clock === undefined) return notRead;
      const off = clock.router - clock.here;
      const measured = `${Math.abs(off)} s ${off < 0 ? "behind" : "ahead of"} this machine`;
      if (Math.abs(off) <= clockToleranceSeconds) return ok(measured);
      return wrong(measured, "sudo chronyc makestep (and see: show ntp)");
    },
  },
  {
    code: "unreadable",
    title: "something could not be read, so nothing is known about it",
    dependsOn: ["rights", "version"],
    judge: ({ unreadable }) => {
      if (unreadable.length === 0) return ok("everything was read");
      return wrong(
        unreadable.join(", "),
        "log in and see why the command fails: npm run doctor -- --commands",
      );
    },
  },
  {
    code: "unsaved",
    title: "the running configuration is not the saved one: a reboot would change it",
    dependsOn: ["undo-pending", "commit-confirm-pending"],
    judge: ({ running, saved }) => {
      if (running === undefined || saved === undefined) return notRead;
      const lines = diffTrees(saved, running).map(printCommand);
      if (lines.length === 0) return ok("running is saved");
      return wrong(shorten(lines), "configure; save; exit");
    },
  },
  {
    code: "undo-pending",
    title: "a change was not confirmed, and the router will undo it by itself",
    dependsOn: [],
    judge: (facts) => pending(facts, "vyos-uplink-undo.timer", "sudo systemctl stop vyos-uplink-undo.timer"),
  },
  {
    code: "commit-confirm-pending",
    title: "a commit-confirm was not confirmed, and the router will reboot or reload",
    dependsOn: [],
    judge: (facts) => pending(facts, "commit-confirm.timer", "configure; confirm; exit"),
  },
];

function pending({ timers }: Facts, unit: string, remedy: string) {
  if (timers === undefined) return notRead;
  const timer = timers.find((one) => one.unit === unit);
  if (timer === undefined) return ok("no timer is armed");
  return wrong(`${unit}, ${timer.left} left`, `${remedy} (to keep what runs now)`);
}

export function shorten(lines: readonly string[]): string {
  const cut = (line: string): string => (line.length > 100 ? `${line.slice(0, 97)}...` : line);
  const shown = lines.slice(0, 3).map(cut);
  return [...shown, ...(lines.length > 3 ? [`and ${lines.length - 3} more`] : [])].join("; ");
}
