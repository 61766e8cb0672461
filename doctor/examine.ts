/** The doctor at a router: facts, what is declared for it, and in one line why an uplink that was just committed is silent. */

import { type SshSettings, SshTransport } from "../router/wire/ssh.ts";
import type { ConfigTree } from "../vyos/tree.ts";
import { type Declared, declaredByRouter } from "./declared.ts";
import { likelyCause } from "./diagnose.ts";
import { type Facts, type Questions, questionsOf } from "./facts.ts";
import { type Ask, readOver, readRouter } from "./reading.ts";

export interface Examined {
  readonly facts: Facts;
  readonly declared: Declared;
}

/** Without a stack what the router itself is configured for is what is declared. `also` is asked beside. */
export async function examine(
  ssh: SshSettings,
  fromStack: Declared | undefined,
  also: Questions = {},
): Promise<Examined> {
  let declared = fromStack;
  const ask = (running: ConfigTree): Questions => {
    declared = declaredByRouter(running);
    return { ...questionsOf(declared), ...also };
  };
  const questions = fromStack === undefined ? ask : { ...questionsOf(fromStack), ...also };
  const facts = await readRouter(new SshTransport(ssh), `${ssh.host} port ${ssh.port}`, questions);
  return { facts, declared: declared ?? declaredByRouter(new Map()) };
}

/** Over the session that committed it, while IPv4 is away: in little time. Undefined when nothing is found, or nothing could be read. */
export async function explain(ask: Ask, running: ConfigTree): Promise<string | undefined> {
  const declared = declaredByRouter(running);
  return likelyCause(await readOver(ask, questionsOf(declared), ["tcpProbe"]), declared);
}
