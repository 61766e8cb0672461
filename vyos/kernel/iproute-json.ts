/** `ip -j` as iproute2 prints it: a list of objects. Pure. What is no such list throws, and the reading counts as unreadable. */

type Entry = Readonly<Record<string, unknown>>;

export function entriesOf(output: string): Entry[] {
  // `ip -j` prints nothing at all when there is nothing to list.
  const parsed: unknown = output.trim() === "" ? [] : JSON.parse(output);
  if (!Array.isArray(parsed)) throw new Error("not a list");
  return parsed.filter(isEntry);
}

export function textAt(entry: Entry, key: string): string | undefined {
  const value = entry[key];
  return typeof value === "string" ? value : undefined;
}

export function numberAt(entry: Entry, key: string): number | undefined {
  const value = entry[key];
  return typeof value === "number" ? value : undefined;
}

export function entryAt(entry: Entry, key: string): Entry | undefined {
  const value = entry[key];
  return isEntry(value) ? value : undefined;
}

export function listAt(entry: Entry, key: string): unknown[] {
  const value = entry[key];
  return Array.isArray(value) ? value : [];
}

export function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
