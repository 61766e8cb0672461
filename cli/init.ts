/**
 * `npm run init`: from a router's address to a stack's configuration. It reads the router, shows each guess with where it was
 * seen, writes the stack and shows the plan. It must never change anything on the router, nor pin a key nobody looked at.
 */

import type { Given } from "../config/given.ts";
import { routerSettings } from "../config/router-settings.ts";
import { parseWhole } from "../vyos/values.ts";
import { askText, askYes } from "./ask.ts";
import { enter, exitStatus, note, print, UsageError } from "./front-door.ts";
import { choose } from "./init-choice.ts";
import { agreeOnKey, flagOptions, look, saidBy } from "./init-router.ts";
import { planPage } from "./plan-page.ts";
import { askForPlan, openSession, operationsOf, type RouterPlan, readStored } from "./router-plan.ts";
import { routerKeys } from "./router-target.ts";
import { readStackConfig, requirePassphrase, stackExists, writeStack } from "./stack.ts";

const help = `Usage: npm run init -- --host H [--port P] [--user U] [--key FILE] [--stack S] [--yes] [--json]

  Reads the router, shows what it found for each value of the stack's configuration and where, explains the MAP-E
  line, writes the stack, and shows the plan. It changes nothing on the router.

  --host H       address or name of the router; asked for at a terminal
  --port P, --user U, --key FILE   default: 22, vyos, the SSH agent
  --host-key K   the host key that the router must show, as ssh-keygen -lf prints it there
  --stack S      the stack to write, made when it is not there; router by default.
                 Git ignores its file, Pulumi.router.yaml; Pulumi.home.yaml is an example
  --yes          accept the host key that is shown, and every guess; needed where there is no terminal
  --json         one JSON object: host, port, hostKey, version, values, missing, refusal, written, dropped, plan

Instead of a guess:
  --uplink mape|wxr|dslite|ipip, --wxr-next-hop A, --ipv6-interface I, --ipv6-next-hop A, --delegated-prefix P, --service S
From the contract's sheet:
  --ipv4-address A, --border-relay A, --interface-identifier ::I (fixed IP), --aftr A (DS-Lite)

Exit status: 0 written, or shown only; 1 a host key or stack was refused; 2 wrong usage; 3 the router was not reached.
`;

await enter({
  help,
  options: { ...flagOptions, yes: { type: "boolean" } },
  main: async ({ json, yes = false, stack = "router", ...values }) => {
    const say = json ? note : print;
    const host = values.host ?? (await askText("address or name of the router", ""));
    if (host === "") throw new UsageError("no router: give --host");
    const port = parseWhole("--port", values.port ?? 22, 1, 65_535);
    requirePassphrase();
    const known = (await stackExists(stack)) ? await readStackConfig(stack) : {};
    const same = known.routerHost === host && String(known.routerPort ?? 22) === String(port);
    const pinned = same && known.routerHostKey ? String(known.routerHostKey) : undefined;
    const hostKey = await agreeOnKey({ host, port, expected: values["host-key"], pinned, yes }, say);
    const router = routerKeys({ ...values, host, port: String(port), "host-key": hostKey });
    const { version, suggestions } = await look({ ...known, ...router }, saidBy(values));
    say(`VyOS ${version ?? "of an unknown version"}`);
    const chosen = await choose(suggestions, { yes }, say);
    const agreed = yes || (await askYes(`Write this to the stack ${stack}?`));
    const done = agreed ? await write(stack, known, router, chosen) : undefined;
    say(done === undefined ? "Nothing was written; to write it: --yes" : ending(stack, done));
    if (json) {
      const result = { written: agreed, dropped: done?.dropped ?? [], plan: done?.plan ?? null };
      const refusal = suggestions.refusal ?? null;
      print(JSON.stringify({ host, port, hostKey, version, ...suggestions, refusal, ...result }));
    }
    return exitStatus.done;
  },
});

interface Written {
  readonly dropped: readonly string[];
  readonly plan: RouterPlan;
}

/** Refuses before it writes anything: values that no up would take, and a version that no up could serve. */
async function write(
  stack: string,
  known: Given,
  router: Readonly<Record<string, string>>,
  chosen: Readonly<Record<string, string>>,
): Promise<Written> {
  const ofLine = known.delegatedPrefix === chosen.delegatedPrefix ? known : {};
  operationsOf({ ...ofLine, ...router, ...chosen }, { stack: "", resources: [] });
  await (await openSession(routerSettings({ ...known, ...router }))).close();
  const dropped = await writeStack(stack, { ...router, ...chosen });
  return { dropped, plan: await askForPlan(await readStackConfig(stack), await readStored(stack)) };
}

function ending(stack: string, { dropped, plan }: Written): string {
  return [
    `The stack ${stack} is written.`,
    ...(dropped.length === 0 ? [] : [`Dropped, for they were of another line: ${dropped.join(", ")}`]),
    "",
    planPage(plan, { colour: "none", detail: "words" }),
  ].join("\n");
}
