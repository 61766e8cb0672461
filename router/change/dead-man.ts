/**
 * The undo timer on the router: armed before a commit, it puts the configuration of before back unless it is told in time
 * that the change is good. It needs no link and no controller. It saves nothing, and must never be left armed by a run
 * that has ended in order.
 */

import { NotArmed } from "../../errors.ts";
import { quoteWord } from "../../vyos/commands.ts";
import { folder, prepareFolder, type Run, writeFile } from "../wire/workspace.ts";

const unit = "vyos-uplink-undo";
const stopTimer = `sudo systemctl stop ${unit}.timer`;

/**
 * pending: it will fire. running: it is putting the old configuration back. fired: it has. none: no timer, or the router
 * has rebooted since, which puts the saved configuration back.
 */
export type DeadManState = "none" | "pending" | "running" | "fired";

/**
 * It tries until it succeeds: at the moment it fires another commit may be running, the very one that it is to undo.
 * What is still in the session after a commit has failed.
 */
export function undoScript(restore: readonly string[], first: readonly string[] = []): string {
  return [
    "#!/bin/vbash",
    "source /opt/vyatta/etc/functions/script-template",
    `exec >>${folder}/undo.log 2>&1`,
    'echo "undo starts $(date +%s)"',
    ...first,
    `until [ -e ${folder}/undone ]; do`,
    '  eval "$(cli-shell-api getSessionEnv $$)"',
    "  cli-shell-api setupSession",
    `  cli-shell-api loadFile ${folder}/before`,
    "  if cli-shell-api sessionChanged; then /opt/vyatta/sbin/my_commit; fi",
    "  if cli-shell-api sessionChanged; then",
    "    /opt/vyatta/sbin/my_discard",
    "    sleep 2",
    "  else",
    `    date +%s >${folder}/undone`,
    "  fi",
    "  cli-shell-api teardownSession",
    "done",
    ...restore,
    'echo "undo ends $(date +%s)"',
  ].join("\n");
}

export interface DeadManOptions {
  readonly user: string;
  /** Until it fires, counted from arming. */
  readonly seconds: number;
  /** Bounds the wait for an undo that runs. */
  readonly undoSeconds: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** `restore` and `first`: what the script does beside the configuration, after it is back and before. */
export async function arm(
  run: Run,
  options: DeadManOptions,
  restore: readonly string[],
  first: readonly string[] = [],
): Promise<void> {
  const user = quoteWord(options.user);
  const steps = [
    // A failed unit of an earlier run would keep its name; that there is none is the usual answer.
    `sudo systemctl reset-failed ${unit}.service || true`,
    prepareFolder,
    `rm -f ${folder}/before ${folder}/undo ${folder}/undone ${folder}/undo.log`,
    `cli-shell-api showCfg --show-active-only >${folder}/before`,
    `test -s ${folder}/before`,
    writeFile("undo", undoScript(restore, first)),
    `chmod 0770 ${folder}/undo`,
    `sudo systemd-run --quiet --collect --unit=${unit} --on-active=${options.seconds} --timer-property=AccuracySec=1s --uid=${user} --gid=vyattacfg --property=UMask=0002 ${folder}/undo`,
    `systemctl is-active ${unit}.timer`,
  ];
  // One after another on the router; sent at once, and the first that fails is the reason.
  const answers = await Promise.all(steps.map((step) => run(step)));
  const failed = answers.find(({ status }) => status !== 0);
  if (failed === undefined) return;
  await disarm(run);
  throw new NotArmed(failed.output);
}

/** Tells the router that the change is good. False: too late, the old configuration is back, or on its way. */
export async function disarm(run: Run): Promise<boolean> {
  const [, state] = await Promise.all([run(stopTimer), readState(run)]);
  if (state === "pending") throw new NotArmed("the undo timer would not stop");
  if (state !== "none") return false;
  await run(`rm -f ${folder}/before ${folder}/undo`);
  return true;
}

/** Makes it fire now, and waits until the old configuration is back. False: it is not back in time. */
export async function fire(run: Run, options: DeadManOptions): Promise<boolean> {
  if ((await readState(run)) === "pending") {
    await Promise.all([run(`sudo systemctl start ${unit}.service`), run(stopTimer)]);
  }
  return awaitUndo(run, options);
}

export async function awaitUndo(run: Run, options: DeadManOptions): Promise<boolean> {
  for (let waited = 0; waited <= options.undoSeconds; waited += 1) {
    const state = await readState(run);
    if (state === "fired" || state === "none") return state === "fired";
    await options.sleep(1000);
  }
  return false;
}

export async function readState(run: Run): Promise<DeadManState> {
  const [timer, service, undone] = await Promise.all([
    run(`systemctl is-active ${unit}.timer`),
    run(`systemctl is-active ${unit}.service`),
    run(`test -e ${folder}/undone`),
  ]);
  const is = (answer: { output: string }): string => answer.output.trim();
  if (undone.status === 0 && is(service) !== "active") return "fired";
  if (is(service) === "active" || is(service) === "activating") return "running";
  return is(timer) === "active" ? "pending" : "none";
}

/** After an undo was reported, so that it is reported once. */
export async function forget(run: Run): Promise<void> {
  await run(`rm -f ${folder}/before ${folder}/undo ${folder}/undone ${folder}/undo.log`);
}
