/** The one thing to log in with, fetched from this machine at the last moment: a key file's text, or the agent's socket. */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { InvalidValue } from "../../errors.ts";

export type Login =
  | { readonly kind: "keyFile"; readonly path: string }
  | { readonly kind: "password"; readonly password: string }
  | { readonly kind: "agent" };

export type Credentials =
  /** PEM or OpenSSH text. */
  | { readonly privateKey: string }
  | { readonly password: string }
  /** Path of the agent's socket. */
  | { readonly agent: string };

/** Throws InvalidValue: preview asks too, so that a wrong path does not wait for the first change. */
export function credentialsOf(login: Login): Credentials {
  switch (login.kind) {
    case "keyFile":
      return { privateKey: readKey(login.path) };
    case "password":
      return { password: login.password };
    case "agent":
      return { agent: agentSocket() };
    default:
      return login satisfies never;
  }
}

function agentSocket(): string {
  const socket = process.env.SSH_AUTH_SOCK;
  if (socket) return socket;
  const reason = "is missing, and so are routerPassword and an SSH agent";
  const remedy = "pulumi config set routerPrivateKeyFile ~/.ssh/id_ed25519";
  throw new InvalidValue("routerPrivateKeyFile", "", reason, remedy);
}

function readKey(file: string): string {
  const path = resolve(file.replace(/^~(?=\/)/, homedir()));
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why =
      typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unreadable";
    const remedy = "pulumi config set routerPrivateKeyFile with a private key that this user may read";
    throw new InvalidValue("routerPrivateKeyFile", file, `cannot be read (${why})`, remedy);
  }
}
