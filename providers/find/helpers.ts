/** What an engine of the cache starts by name, beside it. Many projects share one engine: which is meant is told by the environment. */

import { constants } from "node:fs";
import { access, chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isInstalled } from "./project.ts";

export const languageHost = "pulumi-language-nodejs";

const programs = {
  [languageHost]: `\${VYOS_UPLINK_HOST:-$root/providers/find/language-host.ts}`,
  "pulumi-resource-pulumi-nodejs": "$root/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js",
};

export async function writeHelpers(folder: string): Promise<void> {
  for (const [name, program] of Object.entries(programs)) await writeHelper(join(folder, name), program);
}

/** Read by the helpers. */
export function helperEnvironment(root: string): Record<string, string> {
  if (!isInstalled) return { VYOS_UPLINK_ROOT: root };
  const host = join(import.meta.dirname, "language-host.js");
  return { VYOS_UPLINK_ROOT: root, VYOS_UPLINK_HOST: host, VYOS_UPLINK_NODE: process.execPath };
}

async function writeHelper(path: string, program: string): Promise<void> {
  const root = `\${VYOS_UPLINK_ROOT:?start the engine with: npm run pulumi}`;
  const node = `\${VYOS_UPLINK_NODE:-$root/node_modules/.bin/node}`;
  const text = `#!/bin/sh\nroot="${root}"\nexec "${node}" "${program}" "$@"\n`;
  if ((await readFile(path, "utf8").catch(() => "")) === text && (await executable(path))) return;
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, text);
  await chmod(partial, 0o755);
  await rename(partial, path);
}

export function executable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
