/** How long the doctor takes on a healthy router: login, every question, diagnosis, with the wire's round trips in it. */

import { declaredByRouter } from "../../doctor/declared.ts";
import { diagnose } from "../../doctor/diagnose.ts";
import { parseFacts } from "../../doctor/parse-facts.ts";
import { questionsOf, readRouter } from "../../router/reading.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import { parseTreeText } from "../../vyos/text.ts";
import { settingsOf } from "./change.ts";
import { Lab } from "./lab.ts";
import { median } from "./statistics.ts";

/** Seconds; the first examination warms up and does not count. */
export async function measureDoctor(runs: number): Promise<number> {
  const lab = await Lab.start(0);
  try {
    const seconds: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      seconds.push((await lab.during(() => examine(lab))).seconds);
    }
    return median(seconds.slice(1));
  } finally {
    await lab.stop();
  }
}

async function examine(lab: Lab): Promise<void> {
  const declaredIn = (running: string) => declaredByRouter(parseTreeText(running));
  let running = "";
  const { ssh } = settingsOf(lab.simulator, lab.wire.port, lab.keyFile);
  const reading = await readRouter(new SshTransport(ssh), "the simulated router", (text) => {
    running = text;
    return questionsOf(declaredIn(text));
  });
  const { causes } = diagnose(parseFacts(reading, Date.now() / 1000), declaredIn(running));
  if (causes.length > 0) throw new Error(`a healthy router has ${causes[0]?.code}`);
}
