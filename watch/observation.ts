/** A diagnosis as the policy sees it: does IPv4 get through, and does the other uplink's first hop answer. Pure. */

import type { Declared, Uplink } from "../doctor/declared.ts";
import type { Cause, Diagnosis } from "../doctor/diagnose.ts";
import type { Facts } from "../doctor/facts.ts";
import type { Observation, OtherUplink, Trouble } from "./policy.ts";

/** While one of these is wrong, what was measured does not tell about the declared uplink. */
const unsettled = ["other-uplink", "undo-pending", "commit-confirm-pending"];

export function observationOf(diagnosis: Diagnosis, facts: Facts, { uplink }: Declared): Observation {
  const troubles = diagnosis.causes.map(troubleOf);
  const seen = { uplink, other: otherUplink(diagnosis, facts, uplink), troubles };
  const code = `ipv4-${uplink}`;
  const verdict = verdictOf(diagnosis, code);
  const settled = unsettled.every((one) => verdictOf(diagnosis, one) !== "wrong");
  if (!settled || verdict === undefined || verdict === "skipped") return { kind: "unclear", ...seen };
  if (verdict === "ok") return { kind: "healthy", ...seen };
  const cause = diagnosis.causes.find((one) => isOrHas(one, code));
  return { kind: "broken", ...seen, cause: cause ? troubleOf(cause) : { code, text: "IPv4 does not work" } };
}

/** A line with another prefix would get a relay's answer and still carry nothing. */
function otherUplink(diagnosis: Diagnosis, { wxrPing, relayPing }: Facts, uplink: Uplink): OtherUplink {
  const ping = uplink === "mape" ? wxrPing : relayPing;
  if (ping === undefined) return "unknown";
  const otherLine = uplink === "wxr" && verdictOf(diagnosis, "delegated-prefix") === "wrong";
  return ping.answered && !otherLine ? "answers" : "silent";
}

function verdictOf({ checks }: Diagnosis, code: string): string | undefined {
  return checks.find((one) => one.code === code)?.verdict;
}

function isOrHas({ code, consequences }: Cause, wanted: string): boolean {
  return code === wanted || consequences.some((one) => one.code === wanted);
}

function troubleOf({ code, title, measured }: Cause): Trouble {
  return { code, text: `${title}: ${measured}` };
}
