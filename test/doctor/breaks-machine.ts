/** Breaks of the machine itself. */

import { type Break, both, mape } from "./break.ts";

export const machineBreaks: readonly Break[] = [
  {
    name: "an unsupported version",
    cause: "version",
    uplinks: both,
    act: (paper) => {
      paper.version = "1.3.8";
    },
    hides: ["unreadable"],
  },
  {
    name: "a user without vyattacfg",
    cause: "rights",
    uplinks: both,
    act: (paper) => {
      paper.groups = "users adm";
    },
    hides: ["unreadable"],
  },
  {
    name: "a user without sudo",
    cause: "rights",
    uplinks: mape,
    act: (paper) => {
      paper.sudo = false;
    },
    hides: ["unreadable"],
  },
  {
    name: "a clock ten minutes off",
    cause: "clock",
    uplinks: both,
    act: (paper) => {
      paper.clock -= 600;
    },
  },
  {
    name: "a change that nobody saved",
    cause: "unsaved",
    uplinks: both,
    act: (paper) => void paper.running.push("set system name-server '9.9.9.9'"),
  },
  {
    name: "an undo timer that is armed",
    cause: "undo-pending",
    uplinks: both,
    act: (paper) =>
      void paper.timers.push(
        "Tue 2026-11-24 00:00:00 UTC 58s left - - vyos-uplink-undo.timer vyos-uplink-undo.service",
      ),
    hides: ["unsaved", "other-uplink"],
  },
  {
    name: "a commit-confirm that is pending",
    cause: "commit-confirm-pending",
    uplinks: both,
    act: (paper) =>
      void paper.timers.push(
        "Tue 2026-11-24 00:00:00 UTC 9min left - - commit-confirm.timer commit-confirm.service",
      ),
    hides: ["unsaved"],
  },
  {
    name: "a systemctl that hangs",
    cause: "unreadable",
    uplinks: both,
    act: (paper) => {
      paper.hanging.push("timers");
    },
    hides: ["undo-pending", "commit-confirm-pending"],
  },
];
