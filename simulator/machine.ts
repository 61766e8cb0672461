/**
 * What all sessions of one simulated router share: the active and the saved configuration, the commit lock,
 * and what is counted. It answers no command; it must never belong to a connection.
 */

import { type SchemaNode, schemaOf, understand, type Version } from "./schema.ts";
import { printSaved, splitLine } from "./text.ts";
import { applyChange, copyTree, emptyTree, type TreeNode } from "./tree.ts";

export interface Counters {
  connections: number;
  /** Commits that had changes. */
  commits: number;
  configReads: number;
  saves: number;
  sets: number;
  deletes: number;
  discards: number;
  bytesIn: number;
  bytesOut: number;
}

export class Machine {
  readonly version: Version;
  readonly schema: SchemaNode;
  readonly commitSeconds: number;
  readonly counters: Counters = {
    connections: 0,
    commits: 0,
    configReads: 0,
    saves: 0,
    sets: 0,
    deletes: 0,
    discards: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
  /** Lines received that a shell would have expanded or run: tests assert that there are none. */
  readonly escapes: string[] = [];
  /** Values that VyOS hands to a root shell at commit (recorded: a description of `$(reboot)` rebooted it). */
  readonly rootCommands: string[] = [];
  readonly transcript: string[] = [];
  active: TreeNode;
  saved: TreeNode;
  /** Counts the changes of the active tree, so a session knows when its working copy is stale. */
  generation = 0;
  locked = false;
  unsaved = false;

  constructor(version: Version, commitSeconds: number, configuration: readonly string[]) {
    this.version = version;
    this.schema = schemaOf(version);
    this.commitSeconds = commitSeconds;
    this.active = this.#boot(configuration);
    this.saved = copyTree(this.active);
  }

  save(): void {
    this.saved = copyTree(this.active);
    this.unsaved = false;
  }

  /** The saved file: every value in double quotes, then the version comment that `load` looks for. */
  configBoot(): string {
    return `${printSaved(this.saved)}\n\n${trailers[this.version]}\n`;
  }

  versionJson(): string {
    return `${JSON.stringify(versions[this.version], null, 4)}\n`;
  }

  #boot(configuration: readonly string[]): TreeNode {
    const root = emptyTree();
    for (const line of configuration) {
      const understood = understand(this.schema, splitLine(line).slice(1));
      if (understood.kind !== "complete") throw new Error(`Cannot boot with the line: ${line}`);
      applyChange(root, { verb: "set", path: understood.path });
    }
    return root;
  }
}

const common = {
  flavor: "generic",
  built_by: "lab",
  build_uuid: "00000000-0000-0000-0000-000000000000",
};
const links = { bugtracker_url: "", documentation_url: "", project_news_url: "", boot_via: "livecd" };

const versions = {
  "1.4": {
    version: "1.4-lab-sagitta-2024-10-17",
    ...common,
    built_on: "Mon 23 Nov 2026 21:30 UTC",
    build_git: "c3f688653",
    build_branch: "sagitta",
    release_train: "sagitta",
    architecture: "amd64",
    build_type: "release",
    build_comment: "lab build from stored snapshot",
    ...links,
  },
  rolling: {
    version: "1.5-lab-rolling-2026-02-13",
    ...common,
    built_on: "Fri 13 Feb 2026 21:30 UTC",
    build_git: "984f41dca",
    build_branch: "current",
    release_train: "current",
    architecture: "amd64",
    build_type: "development",
    build_comment: "lab build from stored snapshot",
    ...links,
  },
};

const components = {
  "1.4": "bgp@5:config-management@1:conntrack@5:interfaces@32:nat@8:ssh@2:system@27",
  rolling: "bgp@6:config-management@1:conntrack@6:interfaces@33:nat@8:ssh@3:system@29",
};

const trailer = (version: Version): string =>
  [
    "// Warning: Do not remove the following line.",
    `// vyos-config-version: "${components[version]}"`,
    `// Release version: ${versions[version].version}`,
  ].join("\n");

const trailers = { "1.4": trailer("1.4"), rolling: trailer("rolling") };
