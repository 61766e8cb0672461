/** The router that `npm run init` is told of: its host key, agreed on by a person, and what it shows of its line. */

import type { Given } from "../config/given.ts";
import { routerSettings } from "../config/router-settings.ts";
import { ngnInterfaceOf, type Said, type Suggestions, suggest } from "../doctor/suggest.ts";
import { UplinkError, VersionUnsupported } from "../errors.ts";
import { isSupported } from "../router/wire/session.ts";
import { readHostKey } from "../router/wire/ssh.ts";
import { askYes } from "./ask.ts";
import { type Values, waitFor } from "./front-door.ts";
import { readFrom, targetOptions } from "./router-target.ts";

const text = { type: "string" } as const;

export const flagOptions = {
  ...targetOptions,
  ...{ uplink: text, "wxr-next-hop": text, "ipv6-interface": text, "ipv6-next-hop": text },
  ...{ "delegated-prefix": text, service: text, "ipv4-address": text, "border-relay": text },
  ...{ "interface-identifier": text, aftr: text },
} as const;

/** What is given by hand, under the names of the stack's keys. */
export function saidBy(values: Values<typeof flagOptions>): Said {
  const flags = {
    uplink: values.uplink,
    wxrNextHop: values["wxr-next-hop"],
    ipv6Interface: values["ipv6-interface"],
    ipv6NextHop: values["ipv6-next-hop"],
    delegatedPrefix: values["delegated-prefix"],
    service: values.service,
    ipv4Address: values["ipv4-address"],
    borderRelay: values["border-relay"],
    interfaceIdentifier: values["interface-identifier"],
    aftr: values.aftr,
  };
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

/** Nobody said that the key is the router's own. */
class NotAccepted extends UplinkError {
  constructor(why: string, remedy: string) {
    super("NOT_ACCEPTED", `${why}; nothing was sent and nothing written`, remedy);
  }
}

interface Shown {
  readonly host: string;
  readonly port: number;
  /** The key that it must be. */
  readonly expected: string | undefined;
  /** The key that the stack has pinned for this very router. */
  readonly pinned: string | undefined;
  readonly yes: boolean;
}

/** Resolves to the key's fingerprint. */
export async function agreeOnKey(
  { host, port, expected, pinned, yes }: Shown,
  say: (line: string) => void,
): Promise<string> {
  const where = `${host} port ${port}`;
  const { type, fingerprint } = await waitFor(`asking ${where}`, readHostKey(host, port, 15));
  say(`${where} shows the host key ${type} ${fingerprint}`);
  if (expected !== undefined) {
    if (expected === fingerprint) return fingerprint;
    const remedy = "compare with ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on its console";
    throw new NotAccepted(`it is not the key that was given: ${expected}`, remedy);
  }
  if (pinned === fingerprint) return fingerprint;
  // Said by --yes this would be said unread: somebody else may stand in the router's place.
  if (pinned !== undefined) {
    say(`THE HOST KEY IS ANOTHER ONE THAN BEFORE: the stack has ${pinned}`);
    if (await askYes("Was the router set up anew, and does its console print the new key?"))
      return fingerprint;
    throw new NotAccepted("the host key has changed", `if that is right: --host-key ${fingerprint}`);
  }
  const question = "Is that what ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints on its console?";
  if (yes || (await askYes(question))) return fingerprint;
  throw new NotAccepted("the host key is not accepted", "to accept it: --yes, or --host-key");
}

/** All routers of a link (RFC 4291 section 2.7.1): a gateway that nobody knows yet answers there. */
const allRouters = "ff02::2";

export async function look(
  given: Given,
  said: Said,
): Promise<{ readonly version: string | undefined; readonly suggestions: Suggestions }> {
  const facts = await readFrom(routerSettings(given), (running) => {
    const device = said.ipv6Interface ?? ngnInterfaceOf(running);
    return device === undefined ? {} : { ngn: { interface: device, gateway: allRouters } };
  });
  if (facts.version !== undefined && !isSupported(facts.version)) throw new VersionUnsupported(facts.version);
  return { version: facts.version, suggestions: suggest(facts, said) };
}
