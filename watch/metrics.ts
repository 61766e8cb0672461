/** The snapshot as Prometheus text (exposition format 0.0.4). Pure. */

import { portsInUse, portsOwned, type Snapshot } from "./snapshot.ts";

export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

interface Metric {
  readonly name: string;
  readonly help: string;
  /** Labels in braces or nothing, and the value. */
  readonly samples: readonly (readonly [string, number])[];
}

export function metricsText(snapshot: Snapshot): string {
  return metricsOf(snapshot)
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, samples }) => [
      `# HELP vyos_uplink_${name} ${help}`,
      `# TYPE vyos_uplink_${name} gauge`,
      ...samples.map(([labels, value]) => `vyos_uplink_${name}${labels} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

function metricsOf({ look }: Snapshot): Metric[] {
  if (look === undefined) return [];
  const { observation, diagnosis } = look;
  const used = portsInUse(look);
  const asked = diagnosis.checks.filter(({ verdict }) => verdict !== "skipped");
  return [
    gauge(
      "mode",
      "The uplink that is declared.",
      (["mape", "wxr", "dslite", "ipip"] as const).map((uplink) => [
        `{uplink="${uplink}"}`,
        Number(look.uplink === uplink),
      ]),
    ),
    one("healthy", "Whether IPv4 gets through.", Number(observation.kind === "healthy")),
    one("router_reachable", "Whether the router could be asked.", Number(observation.kind !== "unreachable")),
    gauge(
      "other_uplink_answers",
      "Whether the first hop of the uplink that is not in use answers: the WXR in mape, the border relay in wxr.",
      observation.kind === "unreachable" || observation.other === "unknown"
        ? []
        : [["", Number(observation.other === "answers")]],
    ),
    gauge(
      "check_ok",
      "Each check of the doctor that was asked: 1 right, 0 wrong.",
      asked.map(({ code, verdict }) => [`{check="${code}"}`, Number(verdict === "ok")]),
    ),
    gauge(
      "ports_in_use",
      "Own ports that flows hold, TCP and UDP together.",
      used === undefined ? [] : [["", used]],
    ),
    one("ports_owned", "Ports that source NAT may give out in mape.", portsOwned(look)),
    one("last_reading_timestamp_seconds", "When the router was read last.", look.at / 1000),
    one("reading_seconds", "How long that reading took.", look.seconds),
  ];
}

function one(name: string, help: string, value: number): Metric {
  return gauge(name, help, [["", value]]);
}

function gauge(name: string, help: string, samples: Metric["samples"]): Metric {
  return { name, help, samples };
}
