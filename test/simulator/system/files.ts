/**
 * The simulated router's file system, as far as a client and its scripts touch it: owners, modes, and kernel
 * locks on open files. It holds text only and must never reach a file of the machine it runs on.
 */
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

export type User = "root" | "vyos";

/** The words that programs print behind the path: "No such file or directory" and its like. */
export class FileError extends Error {}

const missing = "No such file or directory";
const denied = "Permission denied";
/** The group of every user who may configure. */
const group = "vyattacfg";

export class Files {
  readonly #now: () => number;
  readonly #root: FileNode;

  constructor(now: () => number) {
    this.#now = now;
    this.#root = this.#make("directory", "root", 0o755);
    for (const path of [
      "/run",
      "/opt/vyatta/etc/config/scripts/commit/pre-hooks.d",
      "/opt/vyatta/etc/config/scripts/commit/post-hooks.d",
      "/usr/share/vyos",
      "/proc",
      "/etc",
      "/var/log",
    ])
      this.#makeAll(path, "root", 0o755);
    this.chmod("/opt/vyatta/etc/config", 0o2775, "root");
    this.chmod("/opt/vyatta/etc/config/scripts", 0o775, "root");
    this.wipe("/tmp");
    this.chmod("/tmp", 0o1777, "root");
  }

  /** Empties a directory of memory, as a reboot does. */
  wipe(path: string): void {
    this.#makeAll(path, "root", 0o755).entries.clear();
  }

  /** A file that shows what `live` says at the time. */
  show(path: string, mode: number, live: () => string): void {
    const [parent, name] = split(path);
    const node = { ...this.#make("file", "root", mode), live };
    node.group = group;
    this.#makeAll(parent, "root", 0o755).entries.set(name, node);
  }

  find(path: string): FileNode | undefined {
    let node: FileNode | undefined = this.#root;
    for (const name of parts(path)) node = node?.entries.get(name);
    return node;
  }

  get(path: string): FileNode {
    const node = this.find(path);
    if (node === undefined) throw new FileError(missing);
    return node;
  }

  read(path: string, user: User): string {
    const node = this.get(path);
    if (node.kind === "directory") throw new FileError("Is a directory");
    for (const parent of this.#parents(path)) this.#need(parent, 1, user);
    this.#need(node, 4, user);
    return node.live?.() ?? node.text;
  }

  /** Opens for writing; the file is made with the user's umask of 0002 when it is not there. */
  open(path: string, user: User, how: "append" | "replace"): OpenFile {
    const there = this.find(path);
    if (there?.kind === "directory") throw new FileError("Is a directory");
    if (there?.live !== undefined) throw new FileError(denied);
    for (const parent of this.#parents(path)) this.#need(parent, 1, user);
    if (there !== undefined) this.#need(there, 2, user);
    const node = there ?? this.#add(path, "file", user, 0o664);
    if (how === "replace") node.text = "";
    return new OpenFile(node, this.#now);
  }

  write(path: string, text: string, user: User): FileNode {
    const file = this.open(path, user, "replace");
    file.write(text);
    return this.get(path);
  }

  makeDirectory(path: string, user: User, parents: "parents" | "one"): void {
    const there = this.find(path);
    if (there?.kind === "directory" && parents === "parents") return;
    if (there !== undefined) throw new FileError("File exists");
    const [parent] = split(path);
    if (parents === "parents" && this.find(parent) === undefined) this.makeDirectory(parent, user, parents);
    this.#add(path, "directory", user, 0o775);
  }

  remove(path: string, user: User): void {
    const [parent, name] = split(path);
    this.get(path);
    this.#need(this.get(parent), 3, user);
    this.get(parent).entries.delete(name);
  }

  move(from: string, to: string, user: User): void {
    const node = this.get(from);
    const target = this.find(to)?.kind === "directory" ? `${to}/${split(from)[1]}` : to;
    const [parent, name] = split(target);
    this.#need(this.get(parent), 3, user);
    this.remove(from, user);
    this.get(parent).entries.set(name, node);
  }

  chmod(path: string, mode: number, user: User): void {
    const node = this.get(path);
    if (user !== "root" && node.owner !== user) throw new FileError("Operation not permitted");
    node.mode = mode;
    if (path.startsWith("/opt/vyatta/etc/config")) node.group = group;
  }

  chown(path: string, owner: string, newGroup: string, user: User): void {
    const node = this.get(path);
    if (user !== "root" && node.owner !== owner) throw new FileError("Operation not permitted");
    node.owner = owner;
    node.group = newGroup;
  }

  #add(path: string, kind: FileNode["kind"], user: User, mode: number): FileNode {
    const [parentPath, name] = split(path);
    const parent = this.get(parentPath);
    if (parent.kind !== "directory") throw new FileError("Not a directory");
    this.#need(parent, 3, user);
    const node = this.#make(kind, user, mode);
    parent.entries.set(name, node);
    return node;
  }

  #make(kind: FileNode["kind"], owner: string, mode: number): FileNode {
    const ownGroup = owner === "root" ? "root" : group;
    return { kind, entries: new Map(), mode, owner, group: ownGroup, text: "", changed: this.#now() };
  }

  #makeAll(path: string, owner: string, mode: number): FileNode {
    let node = this.#root;
    for (const name of parts(path)) {
      let child = node.entries.get(name);
      if (child === undefined) {
        child = this.#make("directory", owner, mode);
        node.entries.set(name, child);
      }
      node = child;
    }
    return node;
  }

  #parents(path: string): FileNode[] {
    const names = parts(path).slice(0, -1);
    return names.flatMap((_name, index) => this.find(`/${names.slice(0, index + 1).join("/")}`) ?? []);
  }

  /** `bits`: 4 read, 2 write, 1 search. */
  #need(node: FileNode, bits: number, user: User): void {
    if (!allows(node, bits, user)) throw new FileError(denied);
  }
}

export function allows(node: FileNode, bits: number, user: User): boolean {
  if (user === "root") return true;
  const shift = node.owner === user ? 6 : node.group === group ? 3 : 0;
  return ((node.mode >> shift) & bits) === bits;
}

/** An open file: what is written is added at its end. Shared by a shell and the programs it started. */
export class OpenFile {
  readonly kind = "file";
  readonly node: FileNode;
  readonly #now: () => number;
  #holders = 1;

  constructor(node: FileNode, now: () => number) {
    this.node = node;
    this.#now = now;
  }

  write(text: string): void {
    this.node.text += text;
    this.node.changed = this.#now();
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

function parts(path: string): string[] {
  return realPath(path).split("/").slice(1).filter(Boolean);
}

/** The directory and the name in it. */
export function split(path: string): [string, string] {
  const names = parts(path);
  return [`/${names.slice(0, -1).join("/")}`, names.at(-1) ?? ""];
}
