/** What one switch from wxr to mape asks of a router, without the engine; and what one load saves against typed lines. */

import { writeText } from "../../router/change/folder.ts";
import { Session } from "../../router/wire/session.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import { routerOf, settingsOf, switchOperations } from "./change.ts";
import { Lab } from "./lab.ts";
import { rounded } from "./statistics.ts";

export interface SwitchFigures {
  /** Without those of the logins. */
  readonly roundTripsPerSwitch: number;
  readonly connectionsPerSwitch: number;
  /** Seconds that one load of the whole text takes, over those of the same change line by line. */
  readonly loadOverSets: number;
}

export async function measureSwitch(): Promise<SwitchFigures> {
  const lab = await Lab.start(0);
  try {
    const login = await lab.during(async () => (await open(lab)).close());
    const before = lab.simulator.running();
    const router = routerOf(lab.simulator, lab.wire.port, lab.keyFile);
    const cost = await lab.during(() => Promise.all(switchOperations().map((one) => router.submit(one))));
    await router.close();
    const lines = lab.simulator.running().filter((line) => !before.includes(line));
    return {
      roundTripsPerSwitch: cost.roundTrips - cost.connections * login.roundTrips,
      connectionsPerSwitch: cost.connections,
      loadOverSets: await measureFilling(lab.simulator.shown(), lines),
    };
  } finally {
    await lab.stop();
  }
}

/** Both in a session of VyOS's own on the same router, which still is what it was before the switch; nothing is committed. */
async function measureFilling(wanted: string, lines: readonly string[]): Promise<number> {
  const lab = await Lab.start(0);
  const session = await open(lab);
  const inSession = async (fill: () => Promise<void>): Promise<number> => {
    await session.run('eval "$(cli-shell-api getSessionEnv $$)"; cli-shell-api setupSession');
    const { seconds } = await lab.during(fill);
    const { status } = await session.run("cli-shell-api sessionChanged");
    if (status !== 0) throw new Error("the candidate was not filled");
    await session.run("cli-shell-api teardownSession");
    return seconds;
  };
  try {
    const load = await inSession(async () => {
      await session.run(`${writeText("/tmp/wanted", wanted)}; cli-shell-api loadFile /tmp/wanted`);
    });
    const sets = await inSession(async () => {
      for (const line of lines) await session.run(`/opt/vyatta/sbin/my_${line}`);
    });
    return rounded(load / sets);
  } finally {
    await session.close();
    await lab.stop();
  }
}

function open({ simulator, wire, keyFile }: Lab): Promise<Session> {
  const { ssh } = settingsOf(simulator, wire.port, keyFile);
  return Session.open(new SshTransport(ssh), "the bench's router", 60);
}
