/**
 * `npm run trust`: shows the host key of a router and pins it in the stack's configuration. It must never pin a key that
 * nobody looked at; no credential is sent: the connection ends when the key is known.
 */

import { readHostKey } from "../router/wire/ssh.ts";
import { parseWhole } from "../vyos/values.ts";
import { askYes } from "./ask.ts";
import { enter, exitHelp, print, UsageError, waitFor } from "./front-door.ts";
import { setInStack } from "./stack.ts";

const help = `Usage: npm run trust -- <host> [--port N] [--stack S] [--yes] [--json]

  Shows the SSH host key of the router. When you say that it is the router's own, it is pinned:
  pulumi config set routerHostKey SHA256:...

  Compare it with what the router prints on its console:
    ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub

  --port N    TCP port of the router's SSH server, 22 by default
  --stack S   the stack to write to; the selected one by default
  --yes       pin it without asking; needed where there is no terminal
  --json      the last line is {"host","port","type","fingerprint","pinned"}

${exitHelp("shown", "the key could not be written")}
`;

await enter({
  help,
  operands: "<host>",
  options: { port: { type: "string" }, stack: { type: "string" }, yes: { type: "boolean" } },
  main: async ({ stack, yes, json, ...values }, [host, ...more]) => {
    if (host === undefined || more.length > 0 || !/^[A-Za-z0-9.:_-]+$/.test(host))
      throw new UsageError("one host is expected");
    const port = parseWhole("--port", values.port ?? 22, 1, 65_535);
    const { type, fingerprint } = await waitFor(`asking ${host} port ${port}`, readHostKey(host, port, 15));
    print(`${host} port ${port} shows ${type} ${fingerprint}`);
    const pinned =
      yes === true || (await askYes("Is that what ssh-keygen -lf prints on the router's console?"));
    if (pinned) await setInStack(stack, { routerHostKey: fingerprint });
    print(
      pinned
        ? `pinned: routerHostKey ${fingerprint}`
        : `not pinned; to pin it: npm run trust -- ${host} --yes`,
    );
    if (json) print(JSON.stringify({ host, port, type, fingerprint, pinned }));
    return 0;
  },
});
