/**
 * What the program must know to reach a router, parsed from the stack's configuration. The only place that reads a
 * private key file. Secrets live in the returned value and nowhere else.
 */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { InvalidValue } from "../errors.ts";
import type { ProbeSettings, ProbeTarget } from "../router/change/probe.ts";
import type { SshSettings } from "../router/wire/ssh.ts";
import { parseIpv4, parseWhole } from "../vyos/values.ts";

export interface RouterSettings {
  readonly ssh: SshSettings;
  /** Bounds each command but a commit. */
  readonly commandTimeoutSeconds: number;
  /** Bounds one commit; a slow router takes over a minute. */
  readonly commitTimeoutSeconds: number;
  /** Bounds the wait for another's commit to end. */
  readonly lockWaitSeconds: number;
  /** Operations that arrive within this time join one commit. */
  readonly quietMilliseconds: number;
  /** The router puts the old configuration back by itself after this time without a word. */
  readonly undoAfterSeconds: number;
  readonly probe: ProbeSettings;
  /** Take hand-made tunnels, routes and NAT rules that stand in the way out of the kernel. */
  readonly removeStray: boolean;
  /** Bounds the wait of a default route for the tunnel, address and rules it needs. */
  readonly requirementWaitSeconds: number;
  /** Go on, and save, when running differed from saved before the run. */
  readonly allowUnsavedWork: boolean;
}

/** A stack configuration: the decrypted text of a key, undefined when it is not set. */
export type ReadConfig = (key: string) => string | undefined;

export function parseRouterSettings(read: ReadConfig): RouterSettings {
  const text = (key: string): string | undefined => read(key) || undefined;
  const whole = (key: string, standard: number, from: number, to: number): number =>
    parseWhole(key, text(key) ?? standard, from, to);
  return {
    ssh: {
      host: parseHost(text("routerHost")),
      port: whole("routerPort", 22, 1, 65_535),
      user: parseUser(text("routerUser") ?? "vyos"),
      hostKey: parseHostKey(text("routerHostKey")),
      ...parseCredentials(text),
      connectTimeoutSeconds: whole("routerConnectTimeoutSeconds", 15, 1, 600),
    },
    commandTimeoutSeconds: whole("routerCommandTimeoutSeconds", 60, 1, 3600),
    commitTimeoutSeconds: whole("routerCommitTimeoutSeconds", 300, 1, 3600),
    lockWaitSeconds: whole("routerLockWaitSeconds", 60, 0, 3600),
    quietMilliseconds: whole("quietMilliseconds", 250, 10, 60_000),
    undoAfterSeconds: whole("undoAfterSeconds", 180, 10, 3600),
    probe: {
      targets: parseProbeTargets(text("probeTargets") ?? "1.1.1.1:443,8.8.8.8:443"),
      attempts: whole("probeAttempts", 5, 1, 60),
      intervalSeconds: whole("probeIntervalSeconds", 2, 0, 60),
      timeoutSeconds: whole("probeTimeoutSeconds", 3, 1, 60),
    },
    removeStray: text("removeStray") === "true",
    requirementWaitSeconds: whole("requirementWaitSeconds", 20, 0, 3600),
    allowUnsavedWork: text("allowUnsavedWork") === "true",
  };
}

/** Addresses, not names: the router's resolver may itself need the uplink. `none` asks the first hop alone. */
function parseProbeTargets(text: string): ProbeTarget[] {
  if (text === "none") return [];
  return text.split(",").map((part) => {
    const [host = "", port = "", more] = part.trim().split(":");
    if (more !== undefined || port === "") {
      const reason = "is not a list of IPv4 address:port";
      throw new InvalidValue("probeTargets", text, reason, "write 1.1.1.1:443,8.8.8.8:443, or none");
    }
    return { host: parseIpv4("probeTargets", host), port: parseWhole("probeTargets", port, 1, 65_535) };
  });
}

function parseHost(text: string | undefined): string {
  const remedy = "pulumi config set routerHost 192.168.100.2";
  if (text === undefined) throw new InvalidValue("routerHost", "", "is missing", remedy);
  if (!/^[A-Za-z0-9.:_-]+$/.test(text))
    throw new InvalidValue("routerHost", text, "is no host name or address", remedy);
  return text;
}

function parseUser(text: string): string {
  if (/^[a-z_][a-z0-9_-]{0,31}$/.test(text)) return text;
  throw new InvalidValue(
    "routerUser",
    text,
    "is not a login name of VyOS",
    "pulumi config set routerUser vyos",
  );
}

/** SHA-256 is 43 base64 characters without padding. */
function parseHostKey(text: string | undefined): string | undefined {
  if (text === undefined || /^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return text;
  const remedy = "write what ssh-keygen -lf prints: SHA256: and 43 characters";
  throw new InvalidValue("routerHostKey", text, "is not an SSH host key fingerprint", remedy);
}

type Credentials = Pick<SshSettings, "privateKey" | "password" | "agent">;

/** The file, else the password, else the agent: what is named explicitly goes first, and only one is tried. */
function parseCredentials(text: (key: string) => string | undefined): Credentials {
  const none = { privateKey: undefined, password: undefined, agent: undefined };
  const file = text("routerPrivateKeyFile");
  if (file !== undefined) return { ...none, privateKey: readKey(file) };
  const password = text("routerPassword");
  if (password !== undefined) return { ...none, password };
  const agent = process.env.SSH_AUTH_SOCK;
  if (text("routerUseAgent") !== "false" && agent) return { ...none, agent };
  const reason = "is missing, and so are routerPassword and an SSH agent";
  throw new InvalidValue(
    "routerPrivateKeyFile",
    "",
    reason,
    "pulumi config set routerPrivateKeyFile ~/.ssh/id_ed25519",
  );
}

function readKey(file: string): string {
  const path = resolve(file.replace(/^~(?=\/)/, homedir()));
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why =
      typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unreadable";
    const remedy = "give the path of a private key that this user may read";
    throw new InvalidValue("routerPrivateKeyFile", file, `cannot be read (${why})`, remedy);
  }
}
