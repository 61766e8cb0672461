/** The keys that tell a router: how it is reached, how it is changed, and which of several is meant. Pure. */

import { flag, map, optional, text, whole } from "./key.ts";
import {
  parseHost,
  parseHostKey,
  parseLogin,
  parseProbeTargets,
  parseRouterName,
  parseRouters,
} from "./parsers.ts";

const asIs = (_field: string, word: string): string => word;

/** How the router is reached, and how it is changed. */
export const routerKeys = {
  routerHost: text("", parseHost, "address or name", "Address or name of the VyOS router"),
  routerPort: whole(22, [1, 65_535], "TCP port of the router's SSH server"),
  routerUser: text("vyos", parseLogin, "login name", "Login user, in the group vyattacfg"),
  routerHostKey: optional(
    parseHostKey,
    "SHA256:...",
    "Pinned SSH host key, SHA256:... as ssh-keygen -lf prints it",
  ),
  routerPrivateKeyFile: optional(asIs, "path", "Path of the private key to log in with"),
  routerPassword: optional(
    asIs,
    "text",
    "Password to log in with, when no key file is given; set it with --secret",
  ),
  routerUseAgent: flag(true, "Log in with the SSH agent when neither a key file nor a password is given"),
  routerConnectTimeoutSeconds: whole(15, [1, 600], "Bounds the connection and the key exchange", "s"),
  routerCommandTimeoutSeconds: whole(60, [1, 3600], "Bounds each command but a commit", "s"),
  routerCommitTimeoutSeconds: whole(300, [1, 3600], "Bounds one commit; a slow router takes minutes", "s"),
  routerLockWaitSeconds: whole(60, [0, 3600], "Bounds the wait for another's commit to end", "s"),
  quietMilliseconds: whole(
    250,
    [10, 60_000],
    "Operations that arrive within this time of each other share one commit",
    "ms",
  ),
  requirementWaitSeconds: whole(
    20,
    [0, 3600],
    "Bounds the wait of the default route for the objects it requires",
    "s",
  ),
  undoAfterSeconds: whole(
    180,
    [10, 3600],
    "The router puts the old configuration back by itself when nobody has called the change good after this time",
    "s",
  ),
  probeTargets: text(
    "1.1.1.1:443,8.8.8.8:443",
    parseProbeTargets,
    "address:port list, none",
    "IPv4 address:port list, one of which must answer over the new uplink; none asks only the first hop",
  ),
  probeAttempts: whole(5, [1, 60], "How often the new uplink is asked before the change is undone"),
  probeIntervalSeconds: whole(2, [0, 60], "Pause between two attempts", "s"),
  probeTimeoutSeconds: whole(3, [1, 60], "Bounds each question of an attempt", "s"),
  removeStray: flag(
    false,
    "Take hand-made tunnels, routes and NAT rules that stand in the way out of the kernel, instead of refusing",
  ),
  allowUnsavedWork: flag(false, "Go on, and save, although the router held unsaved changes before the run"),
  allowBlockedLan: flag(
    false,
    "Go on although the LAN is cut off from the new uplink, by the router's own rules or by what its flows show",
  ),
} as const;

/** More routers than the one of the router* keys. */
export const fleetKeys = {
  router: optional(
    parseRouterName,
    "name",
    "Which entry of routers is meant; left out, the router* keys are",
  ),
  routers: map(
    parseRouters,
    "name to fields",
    "Connections by name, set with --path routers.tokyo.host and the like; the fields are the router* keys without router",
  ),
} as const;
