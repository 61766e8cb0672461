/** What connections use of the router that they lead to. */
import type { Session } from "../configuration/session.ts";
import type { Store } from "../configuration/store.ts";
import type { TreeNode } from "../configuration/tree.ts";
import type { Counters } from "../programs/devices.ts";
import type { Host } from "../shell/shell-host.ts";
import type { Faults } from "../system/faults.ts";
import type { Link, Processes } from "../system/process.ts";

export interface Router {
  readonly host: Host;
  readonly processes: Processes;
  readonly faults: Faults;
  readonly store: Store;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly counters: Counters;
  readonly escapes: string[];
  readonly transcript: string[];
  /** The connections that are open. */
  readonly links: Set<Link>;
  /** `show version` has it. */
  readonly versionName: string;
  /** Nobody answers, or every connection is reset at once. */
  readonly isShut: boolean;
  savedTree(): TreeNode;
  /** The shells of a connection end with it, and what they run. */
  hangUp(link: Link): void;
}
