/** How a router is reached and changed, from a stack's configuration. Pure: no key file is read, and no agent asked, here. */

import { InvalidValue } from "../errors.ts";
import { type Given, refuseUnknown, type ValuesOf, valuesOf } from "./given.ts";
import { fleetKeys, routerKeys } from "./router-keys.ts";

export type RouterSettings = ReturnType<typeof settingsOf>;

/**
 * `name`: an entry of `routers`, else the one that the key `router` names, else the router* keys themselves. Throws InvalidValue,
 * for an entry that is not meant too.
 */
export function routerSettings(given: Given, name?: string): RouterSettings {
  const { router, routers } = valuesOf(fleetKeys, given);
  const entries = new Map(
    [...routers].map(([entry, fields]) => [entry, entrySettings(given, entry, fields)]),
  );
  const meant = name ?? router;
  if (meant === undefined) return settingsOf(valuesOf(routerKeys, given));
  const settings = entries.get(meant);
  if (settings !== undefined) return settings;
  const reason = `is not an entry of routers: ${[...entries.keys()].join(", ") || "it has none"}`;
  throw new InvalidValue("router", meant, reason, `pulumi config set --path routers.${meant}.host ADDRESS`);
}

/** The field of an entry that stands for a key: routerHost is host, probeTargets is itself. */
const fields = new Map(
  Object.keys(routerKeys).map((key) => {
    const short = key.replace(/^router/, "");
    return [key === short ? key : `${short.charAt(0).toLowerCase()}${short.slice(1)}`, key];
  }),
);

/** Connections are never shared: a password must not reach another router. How a change is made is, where the entry says nothing. */
function entrySettings(given: Given, name: string, entry: Given): RouterSettings {
  const at = `routers.${name}`;
  refuseUnknown(Object.keys(entry), [...fields.keys()], at);
  const shared = Object.entries(given).filter(([key]) => fields.has(key));
  const own = Object.entries(entry).map(([field, value]) => [fields.get(field) ?? field, value]);
  try {
    return settingsOf(valuesOf(routerKeys, Object.fromEntries([...shared, ...own])));
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    const [field] = [...fields].find(([, key]) => key === error.field) ?? [error.field];
    const remedy = error.remedy.replace(`config set ${error.field}`, `config set --path ${at}.${field}`);
    throw new InvalidValue(`${at}.${field}`, error.value, error.reason, remedy);
  }
}

function settingsOf(values: ValuesOf<typeof routerKeys>) {
  return {
    ssh: {
      host: values.routerHost,
      port: values.routerPort,
      user: values.routerUser,
      hostKey: values.routerHostKey,
      login: loginOf(values),
      connectTimeoutSeconds: values.routerConnectTimeoutSeconds,
    },
    commandTimeoutSeconds: values.routerCommandTimeoutSeconds,
    commitTimeoutSeconds: values.routerCommitTimeoutSeconds,
    lockWaitSeconds: values.routerLockWaitSeconds,
    quietMilliseconds: values.quietMilliseconds,
    undoAfterSeconds: values.undoAfterSeconds,
    probe: {
      targets: values.probeTargets,
      attempts: values.probeAttempts,
      intervalSeconds: values.probeIntervalSeconds,
      timeoutSeconds: values.probeTimeoutSeconds,
    },
    removeStray: values.removeStray,
    requirementWaitSeconds: values.requirementWaitSeconds,
    allowUnsavedWork: values.allowUnsavedWork,
    allowBlockedLan: values.allowBlockedLan,
  };
}

type Login =
  | { readonly kind: "keyFile"; readonly path: string }
  | { readonly kind: "password"; readonly password: string }
  | { readonly kind: "agent" };

/** What is named explicitly goes first, and only one is tried. */
function loginOf(values: ValuesOf<typeof routerKeys>): Login {
  const { routerPrivateKeyFile: path, routerPassword: password, routerUseAgent } = values;
  if (path !== undefined) return { kind: "keyFile", path };
  if (password !== undefined) return { kind: "password", password };
  if (routerUseAgent) return { kind: "agent" };
  const reason = "is missing, and so is a password, while the agent is not to be used";
  const remedy = "pulumi config set routerPrivateKeyFile ~/.ssh/id_ed25519";
  throw new InvalidValue("routerPrivateKeyFile", "", reason, remedy);
}
