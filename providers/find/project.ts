/** Whose stacks are meant, and which engine goes with them: the checkout itself, or the project that an installed package is called in. */

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UplinkError } from "../../errors.ts";

/** The checkout, or `dist` of an installed package. */
const own = resolve(import.meta.dirname, "../..");

export const isInstalled = basename(own) === "dist";

export const projectRoot = isInstalled ? projectAbove(process.cwd()) : own;

/** Where the version is pinned when the project is `root`; an installed package has its own word on that. */
export function pinnedIn(root: string): string {
  return isInstalled ? dirname(own) : root;
}

function projectAbove(folder: string): string {
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  const above = dirname(folder);
  return above === folder ? process.cwd() : projectAbove(above);
}

/** One version for the SDK and the engine, written once: in package.json. */
export function pinnedVersion(root: string): string {
  const text = readFileSync(join(root, "package.json"), "utf8");
  const version = /"@pulumi\/pulumi":\s*"([0-9]+\.[0-9]+\.[0-9]+)"/.exec(text)?.[1];
  if (version) return version;
  throw new UplinkError(
    "ENGINE_NOT_FOUND",
    "package.json names no exact version of @pulumi/pulumi",
    'put it back, as in: "@pulumi/pulumi": "3.259.0"',
  );
}
