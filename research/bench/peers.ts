/** The same change, wxr to mape, by other ways, each on a simulated router of its own and in the same run. */

import { routerOf, switchOperations } from "./change.ts";
import { Lab } from "./lab.ts";
import { notInstalled, pyinfraReason, type Rival, rivals, rivalsInstalled } from "./rivals.ts";
import type { Traffic } from "./stack.ts";

/** `unable`: why this one could not run here, in plain words; then there is no figure. */
export type PeerResult =
  | ({ readonly name: string; readonly seconds: number; readonly commitsOverOurs: number } & Traffic)
  | { readonly name: string; readonly unable: string };

type Cost = Traffic & { readonly seconds: number };

/** Our own code first; what the others' commits are a multiple of. */
export async function measurePeers(commitSeconds: number): Promise<PeerResult[]> {
  const ours = await onLab(commitSeconds, inOneBatch);
  const compared = (name: string, cost: Cost): PeerResult => ({
    name,
    ...cost,
    commitsOverOurs: cost.commits / ours.commits,
  });
  const results = [
    compared("this project", ours),
    compared("one commit per resource", await onLab(commitSeconds, oneByOne)),
  ];
  for (const rival of rivals) results.push(await measureRival(rival, commitSeconds, compared));
  return [...results, { name: "pyinfra-vyos", unable: pyinfraReason }];
}

async function measureRival(
  { name, change }: Rival,
  commitSeconds: number,
  compared: (name: string, cost: Cost) => PeerResult,
): Promise<PeerResult> {
  if (!rivalsInstalled()) return { name, unable: notInstalled };
  try {
    return compared(name, await onLab(commitSeconds, change));
  } catch (error) {
    return { name, unable: error instanceof Error ? error.message : String(error) };
  }
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
