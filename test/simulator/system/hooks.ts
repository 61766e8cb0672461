/**
 * Scripts of the owner's that VyOS runs by itself: hooks behind every commit, as whoever commits, and the script at the end
 * of a boot, as root (vyatta-cfg: vyos-user-postcommit-hooks.sh). What they say goes nowhere; what fails stops nothing.
 */
import type { User } from "./file-node.ts";
import type { Files } from "./files.ts";

const folder = "/config/scripts/commit/post-hooks.d";
const bootScript = "/config/scripts/vyos-postconfig-bootup.script";

export class Hooks {
  readonly #files: Files;
  readonly #run: (path: string, user: User) => Promise<unknown>;

  constructor(files: Files, run: (path: string, user: User) => Promise<unknown>) {
    this.#files = files;
    this.#run = run;
  }

  /** As run-parts: in the order of the names, those with a dot in them left out. */
  async committed(user: User): Promise<void> {
    const names = [...(this.#files.find(folder)?.entries.keys() ?? [])].sort();
    for (const name of names) if (/^[\w-]+$/.test(name)) await this.#one(`${folder}/${name}`, user);
  }

  async booted(): Promise<void> {
    await this.#one(bootScript, "root");
  }

  async #one(path: string, user: User): Promise<void> {
    if (this.#files.find(path)?.kind === "file" && this.#files.mayRun(path, user))
      await this.#run(path, user);
  }
}
