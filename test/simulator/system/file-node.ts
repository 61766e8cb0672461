/** Files and directories of the simulated router by themselves: who may do what, open files with their locks, paths. */
export type User = "root" | "vyos";

export interface FileNode {
  readonly kind: "file" | "directory";
  readonly entries: Map<string, FileNode>;
  mode: number;
  owner: string;
  group: string;
  text: string;
  /** Seconds since 1970. */
  changed: number;
  /** A file that shows the machine's state, whatever was written. */
  readonly live?: () => string;
  lockedBy?: OpenFile;
}

/** The words that programs print behind the path: "No such file or directory" and its like. */
export class FileError extends Error {}

/** The group of every user who may configure. */
export const group = "vyattacfg";

/** `bits`: 4 read, 2 write, 1 search. */
export function allows(node: FileNode, bits: number, user: User): boolean {
  if (user === "root") return true;
  const shift = node.owner === user ? 6 : node.group === group ? 3 : 0;
  return ((node.mode >> shift) & bits) === bits;
}

export const textOf = (node: FileNode): string => node.live?.() ?? node.text;

/** Octets of a file, or of all below a directory. */
export function sizeOf(node: FileNode): number {
  if (node.kind === "file") return Buffer.byteLength(textOf(node));
  return [...node.entries.values()].reduce((sum, one) => sum + sizeOf(one), 0);
}

/** An open file: what is written is added at its end. Shared by a shell and the programs it started. */
export class OpenFile {
  readonly kind = "file";
  readonly node: FileNode;
  readonly #append: (node: FileNode, text: string) => void;
  #holders = 1;

  constructor(node: FileNode, append: (node: FileNode, text: string) => void) {
    this.node = node;
    this.#append = append;
  }

  write(text: string): void {
    this.#append(this.node, text);
  }

  /** `flock -n`: false when another open file holds the lock. */
  lock(): boolean {
    if (this.node.lockedBy !== undefined && this.node.lockedBy !== this) return false;
    this.node.lockedBy = this;
    return true;
  }

  unlock(): void {
    if (this.node.lockedBy === this) this.node.lockedBy = undefined;
  }

  /** A program that was started while it was open holds it too. */
  share(): void {
    this.#holders++;
  }

  close(): void {
    if (--this.#holders === 0) this.unlock();
  }
}

/** /config is a link to /opt/vyatta/etc/config (recorded). */
export function realPath(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  if (names[0] === "config") names.splice(0, 1, "opt", "vyatta", "etc", "config");
  return `/${names.join("/")}`;
}

export function parts(path: string): string[] {
  return realPath(path).split("/").slice(1).filter(Boolean);
}

/** The directory and the name in it. */
export function split(path: string): [string, string] {
  const names = parts(path);
  return [`/${names.slice(0, -1).join("/")}`, names.at(-1) ?? ""];
}
