/** How a router is reached and changed, from a stack's configuration. Pure: no key file is read, and no agent asked, here. */

import { InvalidValue } from "../errors.ts";
import { type Given, type ValuesOf, valuesOf } from "./given.ts";
import { routerKeys } from "./keys.ts";

export type RouterSettings = ReturnType<typeof routerSettings>;

/** Throws InvalidValue. What each value means stands in keys.ts. */
export function routerSettings(given: Given) {
  const values = valuesOf(routerKeys, given);
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
  const reason = "is missing, and so is routerPassword, while routerUseAgent is false";
  const remedy = "pulumi config set routerPrivateKeyFile ~/.ssh/id_ed25519";
  throw new InvalidValue("routerPrivateKeyFile", "", reason, remedy);
}
