/** How long the doctor takes on a healthy router: login, every question, diagnosis, with the wire's round trips in it. */

import { diagnose } from "../../doctor/diagnose.ts";
import { examine } from "../../doctor/examine.ts";
import { settingsOf } from "./change.ts";
import { Lab } from "./lab.ts";
import { median } from "./statistics.ts";

/** Seconds; the first examination warms up and does not count. */
export async function measureDoctor(runs: number): Promise<number> {
  const lab = await Lab.start(0);
  try {
    const seconds: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      seconds.push((await lab.during(() => examineIn(lab))).seconds);
    }
    return median(seconds.slice(1));
  } finally {
    await lab.stop();
  }
}

async function examineIn(lab: Lab): Promise<void> {
  const { ssh } = settingsOf(lab.simulator, lab.wire.port, lab.keyFile);
  const { facts, declared } = await examine(ssh, undefined);
  const [cause] = diagnose(facts, declared).causes;
  if (cause !== undefined) throw new Error(`a healthy router has ${cause.code}`);
}
