/** What connections use of the router that they lead to. */
import type { Counters } from "../programs/devices.ts";
import type { Host } from "../shell/shell-host.ts";
import type { Faults } from "../system/faults.ts";
import type { Link, Processes } from "../system/process.ts";

export interface Router {
  readonly host: Host;
  readonly processes: Processes;
  readonly faults: Faults;
  readonly counters: Counters;
  readonly escapes: string[];
  readonly transcript: string[];
  /** The connections that are open. */
  readonly links: Set<Link>;
  /** Nobody answers, or every connection is reset at once. */
  readonly isShut: boolean;
  /** The shells of a connection end with it, and what they run. */
  hangUp(link: Link): void;
}
