/** What runs against what is declared, resource by resource, files too. Pure. Without a stack nothing is declared, and nothing is judged. */

import { printCommand } from "../vyos/commands.ts";
import { declaredPath } from "../vyos/declared-path.ts";
import { repairsOf } from "../vyos/drift.ts";
import { isHeld } from "../vyos/resources/owned-file.ts";
import { type ConfigTree, subtree } from "../vyos/tree.ts";
import { type Check, check, ok, skipped, type Verdict, wrong } from "./check.ts";
import { type Declared, type DeclaredResource, tunnelInUse } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { shorten, up } from "./remedies.ts";

const otherUplink = check({
  code: "other-uplink",
  title: "the router runs another uplink than the stack declares",
  reads: ["running"],
  judge: ({ running }, { uplink, resources }) => {
    if (resources.length === 0) return skipped("no stack says what is declared");
    const runs = runningUplink(running);
    const right = runs === undefined || (runs === "wxr") === (uplink === "wxr");
    return right ? ok(`${uplink} is declared and runs`) : wrong(`${uplink} is declared, ${runs} runs`, up);
  },
});

/** The uplink that runs is the one its default route says; a third way is a default route that differs, not an uplink. */
function runningUplink(running: ConfigTree): "a tunnel" | "wxr" | undefined {
  if (tunnelInUse(running)?.startsWith("tun")) return "a tunnel";
  return subtree(running, ["protocols", "static", "route", "0.0.0.0/0", "next-hop"]) && "wxr";
}

/** Names that scripts know, where the stack's own is another. */
const codes: Readonly<Record<string, string>> = {
  "border-relay-route": "config-relay-route",
  napt: "config-nat",
  "ipv4-default-route": "config-default-route",
};

/** A hand-made tunnel on the same endpoints makes VyOS's own fail at commit, so the configuration lacks it (recorded). */
const blocked: Readonly<Record<string, readonly string[]>> = { tunnel: ["tunnel-blocked"] };

/** What is the same in both uplinks does not follow from the other one's running. */
const inBoth = /^(?:ipv6-default-route$|lease-guard)/;

export function configChecks({ resources }: Declared): Check[] {
  return [otherUplink, ...resources.map(checkOf)];
}

function checkOf(resource: DeclaredResource): Check {
  const { name } = resource;
  return check({
    code: codes[name] ?? `config-${name}`,
    title: `${name} is not on the router as the stack declares it`,
    dependsOn: [...(inBoth.test(name) ? [] : ["other-uplink"]), ...(blocked[name] ?? [])],
    reads: ["running"],
    judge: (facts) => judge(facts, facts.running, resource),
  });
}

function judge({ files }: Facts, running: ConfigTree, resource: DeclaredResource): Verdict {
  if (resource.files.length > 0 && files === undefined) return skipped("could not be read");
  const nodes = resource.heldOtherwise(running) ? [] : resource.nodes;
  const lines = nodes
    .flatMap((node) => repairsOf({ ...node, path: declaredPath(node.path, running) }, running))
    .map(printCommand);
  const changed = resource.files.filter((file) => !isHeld(file, "there", files?.get(file.path)));
  if (lines.length === 0 && changed.length === 0) return ok("as declared");
  const repairs = [...lines, ...changed.map(({ path }) => `${path} written anew`)];
  return wrong(`to be repaired by: ${shorten(repairs)}`, up);
}
