/**
 * The programs that VyOS runs for each subtree of a commit: they look whether it can be, and make the machine so. What they
 * hand to a root shell on the way is noted.
 */
import type { Applied, Unit, Verdict } from "../configuration/commit.ts";
import type { Version } from "../configuration/schema.ts";
import { find, graft, type TreeNode } from "../configuration/tree.ts";
import type { Files } from "../system/files.ts";
import type { Kernel } from "./kernel.ts";
import { verify } from "./verify.ts";

export class Appliances implements Applied {
  /** Values that VyOS hands to a root shell at commit (recorded: a description of `$(reboot)` rebooted it). */
  readonly rootCommands: string[] = [];
  readonly #version: Version;
  readonly #kernel: Kernel;
  readonly #files: Files;
  readonly #changed: () => void;

  constructor(version: Version, kernel: Kernel, files: Files, changed: () => void) {
    this.#version = version;
    this.#kernel = kernel;
    this.#files = files;
    this.#changed = changed;
  }

  apply(unit: Unit, working: TreeNode): Verdict {
    this.#note(find(working, unit));
    const verdict = verify(unit, working, this.#version, this.#kernel, this.#files);
    if (verdict.failed) return verdict;
    graft(this.#kernel.applied, working, unit);
    if (unit.join(" ") === "protocols static") this.#kernel.frrForgot = false;
    this.#changed();
    return verdict;
  }

  #note(node: TreeNode | undefined): void {
    for (const value of node?.values ?? []) if (/\$\(|`/.test(value)) this.rootCommands.push(value);
    for (const child of node?.children.values() ?? []) this.#note(child);
  }
}
