/** The machine itself: version, rights, clock, what is unsaved, and timers that will put an old configuration back. Pure. */

import { isSupported } from "../router/wire/session.ts";
import { printCommand } from "../vyos/commands.ts";
import { diffTrees } from "../vyos/diff.ts";
import { type Check, check, ok, wrong } from "./check.ts";
import { shorten } from "./remedies.ts";

/** Beyond this, certificates, logs and leases are read wrongly. */
const clockToleranceSeconds = 120;

export const machineChecks: readonly Check[] = [
  check({
    code: "version",
    title: "the VyOS version is not supported",
    reads: ["version"],
    judge: ({ version }) =>
      isSupported(version)
        ? ok(version)
        : wrong(version, "add system image <URL of VyOS 1.4, 1.5 or rolling>"),
  }),
  check({
    code: "rights",
    title: "the login user may not do what is needed",
    reads: ["groups", "sudo"],
    judge: ({ groups, sudo }) => {
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
  }),
  check({
    code: "clock",
    title: "the router's clock is wrong",
    reads: ["clock"],
    judge: ({ clock, here }) => {
      const off = clock - here;
      const measured = `${Math.abs(off)} s ${off < 0 ? "behind" : "ahead of"} this machine`;
      if (Math.abs(off) <= clockToleranceSeconds) return ok(measured);
      return wrong(measured, "sudo chronyc makestep (and see: show ntp)");
    },
  }),
  check({
    code: "unreadable",
    title: "something could not be read, so nothing is known about it",
    dependsOn: ["rights", "version"],
    reads: [],
    judge: ({ unreadable }) => {
      if (unreadable.length === 0) return ok("everything was read");
      return wrong(
        unreadable.join(", "),
        "log in and see why the command fails: npm run doctor -- --commands",
      );
    },
  }),
  check({
    code: "unsaved",
    title: "the running configuration is not the saved one: a reboot would change it",
    dependsOn: ["undo-pending", "commit-confirm-pending"],
    reads: ["running", "saved"],
    judge: ({ running, saved }) => {
      const lines = diffTrees(saved, running).map(printCommand);
      if (lines.length === 0) return ok("running is saved");
      return wrong(shorten(lines), "configure; save; exit");
    },
  }),
  pending({
    code: "undo-pending",
    title: "a change was not confirmed, and the router will undo it by itself",
    unit: "vyos-uplink-undo.timer",
    remedy: "sudo systemctl stop vyos-uplink-undo.timer",
  }),
  pending({
    code: "commit-confirm-pending",
    title: "a commit-confirm was not confirmed, and the router will reboot or reload",
    unit: "commit-confirm.timer",
    remedy: "configure; confirm; exit",
  }),
];

function pending(row: Pick<Check, "code" | "title"> & Readonly<Record<"unit" | "remedy", string>>): Check {
  return check({
    ...row,
    reads: ["timers"],
    judge: ({ timers }) => {
      const timer = timers.find(({ unit }) => unit === row.unit);
      if (timer === undefined) return ok("no timer is armed");
      return wrong(`${row.unit}, ${timer.left} left`, `${row.remedy} (to keep what runs now)`);
    },
  });
}
