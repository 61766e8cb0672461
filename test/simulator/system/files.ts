/**
 * The simulated router's file system, as far as a client and its scripts touch it: owners, modes, room on the disk. It
 * holds text only and must never reach a file of the machine it runs on.
 */
import {
  allows,
  FileError,
  type FileNode,
  group,
  OpenFile,
  parts,
  realPath,
  sizeOf,
  split,
  textOf,
  type User,
} from "./file-node.ts";

const missing = "No such file or directory";
const denied = "Permission denied";
const full = "No space left on device";

/** Mounted noexec on every VyOS (Debian's initramfs): nothing is executed from there. */
const noexec = /^\/run\//;

export class Files {
  /** Octets left below a folder, where a test bounds them; /config is /opt/vyatta/etc/config. */
  readonly room = new Map<string, number>();
  readonly #now: () => number;
  readonly #root: FileNode;
  /** Who is told of every change below a folder. */
  readonly #watched = new Map<string, () => void>();

  constructor(now: () => number) {
    this.#now = now;
    this.#root = this.#make("directory", "root", 0o755);
    for (const path of [
      "/run/systemd/system",
      "/opt/vyatta/etc/config/scripts/commit/pre-hooks.d",
      "/opt/vyatta/etc/config/scripts/commit/post-hooks.d",
      "/opt/vyatta/config/tmp",
      "/usr/share/vyos",
      "/proc",
      "/etc/default",
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

  /** `changed` is told of whatever a program does below the folder. */
  watch(folder: string, changed: () => void): void {
    this.#watched.set(`${folder}/`, changed);
  }

  #changed(path: string): void {
    for (const [folder, changed] of this.#watched) if (`${realPath(path)}/`.startsWith(folder)) changed();
  }

  /** A file that shows what `live` says at the time. */
  show(path: string, mode: number, live: () => string): void {
    const node = { ...this.#make("file", "root", mode), live, group };
    const [parent, name] = split(path);
    this.#makeAll(parent, "root", 0o755).entries.set(name, node);
  }

  /** A directory of the system's own that a user of the configuration's group may change. */
  shared(path: string): FileNode {
    const node = this.#makeAll(path, "root", 0o775);
    Object.assign(node, { group, mode: 0o775 });
    return node;
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
    for (const parent of this.#parents(path)) need(parent, 1, user);
    need(node, 4, user);
    return textOf(node);
  }

  /** As a program, by its path. */
  mayRun(path: string, user: User): boolean {
    const node = this.find(path);
    if (node === undefined || noexec.test(realPath(path))) return false;
    return user === "root" ? (node.mode & 0o111) !== 0 : allows(node, 1, user);
  }

  /** Opens for writing; the file is made with the user's umask of 0002 when it is not there. */
  open(path: string, user: User, how: "append" | "replace"): OpenFile {
    const there = this.find(path);
    if (there?.kind === "directory") throw new FileError("Is a directory");
    if (there?.live !== undefined) throw new FileError(denied);
    for (const parent of this.#parents(path)) need(parent, 1, user);
    if (there !== undefined) need(there, 2, user);
    const node = there ?? this.#add(path, "file", user, 0o664);
    const space = this.#space(path);
    if (how === "replace") {
      space.take(-sizeOf(node));
      node.text = "";
    }
    return new OpenFile(node, (to, text) => {
      const fits = space.take(Buffer.byteLength(text));
      to.text += fits ? text : text.slice(0, space.rest());
      to.changed = this.#now();
      this.#changed(path);
      if (!fits) throw new FileError(full);
    });
  }

  write(path: string, text: string, user: User): FileNode {
    const file = this.open(path, user, "replace");
    file.write(text);
    return this.get(path);
  }

  /** `cp -a` where `kept`, else `cp`: into a directory that is there, else as that name. */
  copy(from: string, to: string, user: User, kept: boolean): void {
    const inside = this.find(to)?.kind === "directory" && !/\/\.$/.test(from);
    const target = inside ? `${to}/${split(from)[1]}` : to;
    const node = this.get(from);
    if (node.kind === "file") this.write(target, this.read(from, user), user);
    else if (this.find(target) === undefined) this.makeDirectory(target, user, "one");
    const { mode, changed, owner, group: ownGroup } = node;
    if (kept) Object.assign(this.get(target), { mode, changed });
    if (kept && user === "root") Object.assign(this.get(target), { owner, group: ownGroup });
    for (const name of [...node.entries.keys()])
      this.copy(`${from}/${name}`, `${target}/${name}`, user, kept);
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
    const node = this.get(path);
    need(this.get(parent), 3, user);
    this.get(parent).entries.delete(name);
    this.#space(path).take(-sizeOf(node));
    this.#changed(path);
  }

  move(from: string, to: string, user: User): void {
    const node = this.get(from);
    const target = this.find(to)?.kind === "directory" ? `${to}/${split(from)[1]}` : to;
    const [parent, name] = split(target);
    need(this.get(parent), 3, user);
    if (!this.#space(target).take(sizeOf(node) - (this.find(target)?.text.length ?? 0)))
      throw new FileError(full);
    this.remove(from, user);
    this.get(parent).entries.set(name, node);
    this.#changed(target);
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

  /** Octets that a file there could still take; a disk that no test bounds has a gigabyte. */
  roomAt(path: string): number {
    const found = [...this.room].find(([folder]) => `${realPath(path)}/`.startsWith(`${realPath(folder)}/`));
    return found?.[1] ?? 1e9;
  }

  #space(path: string): { take(octets: number): boolean; rest(): number } {
    const found = [...this.room.keys()].find((folder) => realPath(path).startsWith(`${realPath(folder)}/`));
    const left = () => (found === undefined ? Number.POSITIVE_INFINITY : (this.room.get(found) ?? 0));
    const take = (octets: number): boolean => {
      if (found === undefined) return true;
      if (octets > left()) return false;
      this.room.set(found, left() - octets);
      return true;
    };
    const rest = (): number => {
      const octets = left();
      take(octets);
      return octets;
    };
    return { take, rest };
  }

  #add(path: string, kind: FileNode["kind"], user: User, mode: number): FileNode {
    const [parentPath, name] = split(path);
    const parent = this.get(parentPath);
    if (parent.kind !== "directory") throw new FileError("Not a directory");
    need(parent, 3, user);
    const node = this.#make(kind, user, mode);
    parent.entries.set(name, node);
    this.#changed(path);
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
}

function need(node: FileNode, bits: number, user: User): void {
  if (!allows(node, bits, user)) throw new FileError(denied);
}
