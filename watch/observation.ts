/** A diagnosis as an operator asks it: does IPv4 get through, and does the other uplink's first hop answer. Pure. */

import type { Declared, Uplink } from "../doctor/declared.ts";
import type { Diagnosis } from "../doctor/diagnose.ts";
import type { Facts } from "../doctor/facts.ts";

/** Whether the first hop of the uplink that is not in use answers: the WXR in mape, the border relay in wxr. */
export type OtherUplink = "answers" | "silent" | "unknown";

export type Observation =
  /** The router could not be asked. */
  | { readonly kind: "unreachable"; readonly why: string }
  /** `unclear`: a change is under way, or the router runs another uplink than is declared, or nothing was measured. */
  | { readonly kind: "healthy" | "unclear" | "broken"; readonly other: OtherUplink };

/** While one of these is wrong, what was measured does not tell about the declared uplink. */
const unsettled = ["other-uplink", "undo-pending", "commit-confirm-pending"];

export function observationOf(diagnosis: Diagnosis, facts: Facts, { uplink }: Declared): Observation {
  const other = otherUplink(diagnosis, facts, uplink);
  const verdict = verdictOf(diagnosis, uplink === "wxr" ? "ipv4-wxr" : "ipv4-mape");
  const settled = unsettled.every((one) => verdictOf(diagnosis, one) !== "wrong");
  if (!settled || verdict === undefined || verdict === "skipped") return { kind: "unclear", other };
  return { kind: verdict === "ok" ? "healthy" : "broken", other };
}

/** A line with another prefix would get a relay's answer and still carry nothing. */
function otherUplink(diagnosis: Diagnosis, { wxrPing, relayPing }: Facts, uplink: Uplink): OtherUplink {
  const ping = uplink === "wxr" ? relayPing : wxrPing;
  if (ping === undefined) return "unknown";
  const otherLine = uplink === "wxr" && verdictOf(diagnosis, "delegated-prefix") === "wrong";
  return ping.answered && !otherLine ? "answers" : "silent";
}

function verdictOf({ checks }: Diagnosis, code: string): string | undefined {
  return checks.find((one) => one.code === code)?.verdict;
}
