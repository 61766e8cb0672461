#!/usr/bin/env node
/** `npx vyos-uplink <command>`: the tools of the installed package, which work on the Pulumi project around. */

import { note } from "./front-door.ts";

const commands = {
  init: () => import("./init.ts"),
  trust: () => import("./trust.ts"),
  plan: () => import("./plan.ts"),
  status: () => import("./status.ts"),
  doctor: () => import("./doctor.ts"),
  watch: () => import("./watch.ts"),
  mape: () => import("./mape.ts"),
  "compare-tunnel": () => import("./compare-tunnel.ts"),
  capture: () => import("./capture.ts"),
  help: () => import("./help.ts"),
  pulumi: () => import("../providers/find/run.ts"),
} as const;

const [, , name = ""] = process.argv;
const [, start] = Object.entries(commands).find(([command]) => command === name) ?? [];
if (start === undefined) {
  note(`Usage: vyos-uplink <command> [--help]\n\n  Commands: ${Object.keys(commands).join(", ")}`);
  process.exitCode = 2;
} else {
  // Each reads the arguments behind its name, as it does in a checkout.
  process.argv.splice(2, 1);
  await start();
}
