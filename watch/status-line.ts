/** One line of the snapshot for a person, and one object for a program. Pure. */

import { portsInUse, portsOwned, type Snapshot } from "./snapshot.ts";

export function statusLine({ look }: Snapshot): string {
  if (look === undefined) return "not read yet";
  const { observation, diagnosis, uplink, seconds, at } = look;
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
  if (observation.kind === "unreachable") return `${time} router not reached: ${observation.why}`;
  const used = portsInUse(look);
  const ports = used === undefined ? "" : `, ${used} of ${portsOwned(look)} ports`;
  const other = `${uplink === "wxr" ? "border relay" : "WXR"} ${observation.other}`;
  const words = { healthy: "IPv4 works", broken: "IPv4 DOES NOT WORK", unclear: "not settled" };
  const wrong = diagnosis.causes.map(({ code }) => code).join(", ");
  const causes = wrong === "" ? "" : `; wrong: ${wrong}`;
  return `${time} ${uplink}: ${words[observation.kind]}${ports}, ${other}, read in ${seconds} s${causes}`;
}

export function statusObject({ look }: Snapshot): object {
  if (look === undefined) return { kind: "reading", state: "none" };
  const { observation, diagnosis, uplink, seconds, at } = look;
  return {
    kind: "reading",
    at: new Date(at).toISOString(),
    uplink,
    state: observation.kind,
    other: observation.kind === "unreachable" ? null : observation.other,
    causes: diagnosis.causes.map(({ code, measured, remedy }) => ({ code, measured, remedy })),
    portsInUse: portsInUse(look) ?? null,
    portsOwned: portsOwned(look),
    seconds,
  };
}
