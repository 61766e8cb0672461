/** The walls of the house: which room may import which, read from the sources themselves. Pure: a map of files in, breaches out. */

import { dirname, join, normalize } from "node:path";
import ts from "typescript";

interface Room {
  /** Other rooms, never a folder above them: `router` alone does not open `router/wire`. */
  readonly imports: readonly string[];
  /** Packages, with `node:` for all of Node's own. */
  readonly packages: readonly string[];
}

const pure = ["ip-address"];

/** The longest name that a path begins with is its room. Whoever is not named here may not be there. */
export const rooms: Readonly<Record<string, Room>> = {
  "errors.ts": { imports: [], packages: [] },
  mape: { imports: ["errors.ts"], packages: pure },
  vyos: { imports: ["errors.ts"], packages: pure },
  "vyos/firewall": { imports: ["errors.ts", "vyos"], packages: pure },
  "vyos/kernel": { imports: ["errors.ts", "vyos"], packages: [] },
  "vyos/resources": { imports: ["errors.ts", "vyos"], packages: pure },
  config: { imports: ["errors.ts", "mape", "vyos", "vyos/resources"], packages: pure },
  uplink: {
    imports: ["errors.ts", "config", "mape", "vyos", "vyos/kernel", "vyos/resources", "vyos/firewall"],
    packages: pure,
  },
  // Apart from the socket, so that preview can refuse a key file without loading the SSH library.
  "router/wire/login.ts": { imports: ["errors.ts"], packages: ["node:"] },
  "router/wire": {
    imports: ["errors.ts", "router/wire/login.ts", "vyos", "vyos/kernel"],
    packages: ["node:", "ssh2"],
  },
  // What a resource asks of a router, as data: the providers write it, and nothing else of the change is theirs.
  "router/change/operation.ts": { imports: ["vyos", "vyos/resources"], packages: [] },
  // What a change leaves on the router, as data: `npm run status` reads it.
  "router/change/journal.ts": { imports: ["errors.ts"], packages: [] },
  "router/change": {
    imports: [
      "errors.ts",
      "router/change/journal.ts",
      "router/change/operation.ts",
      "router/wire",
      "vyos",
      "vyos/kernel",
      "vyos/resources",
      "vyos/firewall",
    ],
    packages: ["node:"],
  },
  router: {
    imports: [
      "errors.ts",
      "router/change",
      "router/change/operation.ts",
      "router/wire",
      "vyos",
      "vyos/kernel",
      "vyos/resources",
      "vyos/firewall",
    ],
    packages: ["node:"],
  },
  "providers/find": {
    imports: ["errors.ts"],
    packages: ["node:", "@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf"],
  },
  providers: {
    imports: [
      "errors.ts",
      "config",
      "doctor",
      "router",
      "router/change/operation.ts",
      "uplink",
      "vyos",
      "vyos/resources",
      "vyos/firewall",
    ],
    packages: ["node:", "@pulumi/pulumi"],
  },
  "index.ts": {
    imports: ["errors.ts", "config", "providers", "router/wire/login.ts", "uplink"],
    packages: ["@pulumi/pulumi"],
  },
  doctor: {
    imports: [
      ...["errors.ts", "config", "mape", "uplink", "vyos", "vyos/kernel", "vyos/resources", "vyos/firewall"],
      ...["router", "router/wire"],
    ],
    packages: ["node:", ...pure],
  },
  watch: { imports: ["errors.ts", "config", "doctor", "router", "vyos", "vyos/kernel"], packages: ["node:"] },
  cli: {
    imports: [
      ...[
        "errors.ts",
        "config",
        "mape",
        "uplink",
        "vyos",
        "vyos/kernel",
        "vyos/resources",
        "vyos/firewall",
        "doctor",
        "watch",
      ],
      ...[
        "router",
        "router/change/operation.ts",
        "router/wire",
        "router/wire/login.ts",
        "router/change/journal.ts",
      ],
      ...["providers", "providers/find"],
    ],
    packages: ["node:", "@pulumi/pulumi"],
  },
  "cli/demo.ts": {
    imports: ["cli", "cli/demo-acts.ts", "providers/find", "test/sandbox.ts", "test/simulator"],
    packages: ["node:"],
  },
  "cli/demo-acts.ts": { imports: ["test/sandbox.ts", "test/simulator"], packages: ["node:"] },
  docs: { imports: ["config", "vyos/resources", "errors.ts"], packages: ["node:"] },
  examples: { imports: ["providers"], packages: ["@pulumi/pulumi"] },
  "test/sandbox.ts": { imports: ["providers/find"], packages: ["node:"] },
  // Of the simulator the system is the ground: processes, files and clock, that everything else runs on.
  "test/simulator/system": { imports: [], packages: ["node:"] },
  "test/simulator/shell": { imports: ["test/simulator/system"], packages: ["node:"] },
  "test/simulator/configuration": { imports: ["test/simulator/system"], packages: ["node:"] },
  "test/simulator/kernel": {
    imports: ["test/simulator/system", "test/simulator/configuration"],
    packages: ["node:"],
  },
  "test/simulator/programs": {
    imports: ["test/simulator/system", "test/simulator/configuration", "test/simulator/kernel"],
    packages: ["node:"],
  },
  "test/simulator/wire": {
    imports: [
      ...["test/simulator/system", "test/simulator/configuration", "test/simulator/shell"],
      "test/simulator/programs",
    ],
    packages: ["node:", "ssh2"],
  },
  "test/simulator": {
    imports: [
      ...["test/simulator/configuration", "test/simulator/kernel", "test/simulator/shell"],
      ...["test/simulator/system", "test/simulator/programs", "test/simulator/wire"],
    ],
    packages: ["node:", "ssh2"],
  },
};

/** The table as a picture: whole rooms, as a person thinks of them. */
export const drawing = (() => {
  const whole = (name: string): string =>
    name.replace(/^(?:router|vyos)\/.*|^providers\/find$/, (at) => at.split("/")[0] ?? at);
  const shown = Object.entries(rooms).filter(
    ([name]) => !/^(?:test|docs|examples|research|errors\.ts|cli\/)/.test(name),
  );
  const arrows = shown.flatMap(([name, { imports }]) =>
    imports.filter((other) => other !== "errors.ts").map((other) => `  ${whole(name)} --> ${whole(other)}`),
  );
  const seen = [...new Set(arrows)].filter((arrow) => !/^ {2}(\S+) --> \1$/.test(arrow));
  return ["```mermaid", "flowchart TD", ...seen, "```", ""].join("\n");
})();

/** Path to text, as `git ls-files` names the files. */
export type Sources = ReadonlyMap<string, string>;

export function roomOf(path: string): string | undefined {
  const names = Object.keys(rooms).filter((name) => path === name || path.startsWith(`${name}/`));
  return names.sort((a, b) => b.length - a.length)[0];
}

/** Every word that a source takes something from: import, import type, export from, import(), require(), import("x").T. */
export function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** One line for each import that goes through a wall, and for each file that stands in no room. */
export function breaches(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const name = roomOf(path);
    const room = name === undefined ? undefined : rooms[name];
    if (name === undefined || room === undefined) return [`${path} stands in no room`];
    return importsOf(text).flatMap((word) => {
      const target = targetOf(path, word);
      if (target === undefined) {
        const allowed = room.packages.some(
          (one) => word === one || word.startsWith(one === "node:" ? one : `${one}/`),
        );
        return allowed ? [] : [`${path} imports the package ${word}`];
      }
      const other = roomOf(target);
      return other === name || (other !== undefined && room.imports.includes(other))
        ? []
        : [`${path} imports ${target}`];
    });
  });
}

/** Each circle of files once, as its files in order; types count. */
export function circles(sources: Sources): string[][] {
  const next = (path: string): string[] =>
    importsOf(sources.get(path) ?? "").flatMap((word) => {
      const target = targetOf(path, word);
      return target !== undefined && sources.has(target) ? [target] : [];
    });
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push(trail.slice(trail.indexOf(path)));
    if (done.has(path) || trail.includes(path)) return;
    for (const other of next(path)) walk(other, [...trail, path]);
    done.add(path);
  };
  for (const path of sources.keys()) walk(path, []);
  return found;
}

/** The file of the project that a word names; undefined for a package. */
function targetOf(path: string, word: string): string | undefined {
  if (word.startsWith("#providers/")) return word.slice(1);
  return word.startsWith(".") ? normalize(join(dirname(path), word)) : undefined;
}
