/** The same change, wxr to mape, in one batch and one commit per resource. What other tools take: docs/costs.md. */

import { routerOf, switchOperations } from "./change.ts";
import { Lab } from "./lab.ts";
import type { Traffic } from "./stack.ts";

export type PeerResult = {
  readonly name: string;
  readonly seconds: number;
  readonly commitsOverOurs: number;
} & Traffic;

type Cost = Traffic & { readonly seconds: number };

/** Our own code first; what the others' commits are a multiple of. */
export async function measurePeers(commitSeconds: number): Promise<PeerResult[]> {
  const ours = await onLab(commitSeconds, inOneBatch);
  const compared = (name: string, cost: Cost): PeerResult => ({
    name,
    ...cost,
    commitsOverOurs: cost.commits / ours.commits,
  });
  return [
    compared("this project", ours),
    compared("one commit per resource", await onLab(commitSeconds, oneByOne)),
  ];
}

async function onLab(commitSeconds: number, act: (lab: Lab) => Promise<void>): Promise<Cost> {
  const lab = await Lab.start(commitSeconds);
  try {
    const cost = await lab.during(() => act(lab));
    const route = "set protocols static route 0.0.0.0/0 interface 'tun0'";
    const plain = lab.simulator.running().map((line) => line.replaceAll("'", ""));
    if (!plain.includes(route.replaceAll("'", ""))) throw new Error("the change was not made");
    return cost;
  } finally {
    await lab.stop();
  }
}

async function inOneBatch(lab: Lab): Promise<void> {
  const router = routerOf(lab.simulator, lab.wire.port, lab.keyFile);
  try {
    await Promise.all(switchOperations().map((operation) => router.submit(operation)));
  } finally {
    await router.close();
  }
}

/** The same session and the same commands: each operation is committed, and saved, before the next is sent. */
async function oneByOne(lab: Lab): Promise<void> {
  const router = routerOf(lab.simulator, lab.wire.port, lab.keyFile);
  try {
    for (const operation of switchOperations()) await router.submit(operation);
  } finally {
    await router.close();
  }
}
