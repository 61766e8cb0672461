/** docs/dependencies.md speaks of every dependency, and no package of a production install has a licence that it does not name. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";

const root = join(__dirname, "../..");
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));
const page = readFileSync(join(root, "docs/dependencies.md"), "utf8");

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const manifest = readJson("package.json") as Record<
  "dependencies" | "devDependencies" | "peerDependencies",
  Record<string, string>
>;
const { packages } = readJson("package-lock.json") as { packages: Record<string, Locked> };
const production = [...reached(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))];

/** The packages that an install of ours brings, the SDK of the program beside it too: each from the nearest folder above. */
function reached(names: readonly string[]): Map<string, Locked> {
  const found = new Map<string, Locked>();
  const walk = (from: string, name: string): void => {
    const path = `${from}${from && "/"}node_modules/${name}`;
    const locked = packages[path];
    if (locked === undefined) {
      if (from !== "") walk(from.replace(/\/?node_modules\/(?!.*node_modules\/).*$/, ""), name);
    } else if (!found.has(path)) {
      found.set(path, locked);
      const brought = { ...locked.dependencies, ...locked.optionalDependencies };
      for (const other of Object.keys(brought)) walk(path, other);
    }
  };
  for (const name of names) walk("", name);
  return found;
}

/** The lock names most licences; old manifests have a list, which it leaves out. */
function licenceOf(path: string, { license }: Locked): string {
  const file = join(path, "package.json");
  if (license !== undefined && !license.startsWith("SEE")) return license;
  const named = existsSync(join(root, file))
    ? (readJson(file) as { licenses?: { type: string }[] }).licenses
    : undefined;
  if (named?.[0] !== undefined) return named[0].type;
  const text = join(root, path, "LICENSE");
  return existsSync(text) && /^The MIT License|^MIT License/.test(readFileSync(text, "utf8")) ? "MIT" : "";
}

/** "(BSD-3-Clause AND Apache-2.0)": each word must be allowed. */
const parts = (licence: string): string[] => licence.replace(/[()]/g, "").split(/ (?:AND|OR) /);

describe("docs/dependencies.md", () => {
  it.each(["dependencies", "devDependencies"] as const)(
    "has one row for each of the %s, and no others",
    (kind) => {
      const heading = kind === "dependencies" ? "## At run time" : "## For development";
      const section = page.split(heading)[1]?.split("\n## ")[0] ?? "";
      const rows = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
      expect(rows.sort()).toEqual(Object.keys(manifest[kind]).sort());
    },
  );

  it("tells the licence of each as its package does", () => {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      const path = `node_modules/${name}`;
      const licence = licenceOf(path, packages[path] ?? {});
      expect(page).toMatch(
        new RegExp(`^\\| \`${name}\` \\|.*\\| ${licence.replace(/[().]/g, "\\$&")} \\|$`, "m"),
      );
    }
  });

  it("names the licence of every package of a production install", () => {
    const allowed = (page.split("## Licences of a production install")[1]?.split(":")[0] ?? "")
      .split(",")
      .map((text) => text.trim());
    const others = production
      .map(([path, locked]) => ({ path, licence: licenceOf(path, locked) }))
      .filter(({ licence }) => !parts(licence).every((part) => allowed.includes(part)));
    expect(production.length).toBeGreaterThan(50);
    expect(others).toEqual([]);
  });

  it("is about versions that are pinned exactly", () => {
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });
});
