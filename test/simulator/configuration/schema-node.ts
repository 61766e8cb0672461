/** What VyOS knows of one path: as the rows of schema.json have it, and as a tree. */
import type { Kind } from "./tree.ts";

export interface SchemaNode {
  readonly path: string;
  readonly kind: Kind;
  readonly multi: boolean;
  readonly valueless: boolean;
  readonly constraint?: string;
  /** Accepts children that are not listed: the last word is then a value, the words before it are nodes. */
  readonly loose: boolean;
  /** Of a tag: the children of each of its names. */
  readonly children: Map<string, SchemaNode>;
}

export type SchemaRow = Partial<Omit<SchemaNode, "children">> & {
  readonly path: string;
  readonly kind: Kind;
};
