/** The router on paper as the answers that it would print, in the forms recorded on VyOS 1.4. */

import type { Reading } from "../../doctor/facts.ts";
import { beyondMark } from "../../doctor/parse-services.ts";
import { parseCommands, printTreeText } from "../../vyos/text.ts";
import type { ConfigTree } from "../../vyos/tree.ts";
import type { PaperLink, PaperRouter } from "./paper-router.ts";

export function print(paper: PaperRouter): Reading {
  const good = (output: string) => ({ output, status: 0 });
  const tree = (lines: readonly string[]): ConfigTree => parseCommands(lines.join("\n"));
  const statistics = (failed: number) =>
    good(
      `cpu=0   \tfound=15 invalid=2 insert=0 insert_failed=${failed} drop=${failed} early_drop=0 error=0\n`,
    );
  return {
    version: good(JSON.stringify({ version: paper.version, release_train: "sagitta" })),
    clock: good(`${paper.clock}\n`),
    groups: good(`${paper.groups}\n`),
    sudo: paper.sudo ? good("") : { output: "sudo: a password is required\n", status: 1 },
    running: good(printTreeText(tree(paper.running))),
    saved: good(printTreeText(tree(paper.saved))),
    timers: good(`NEXT LEFT LAST PASSED UNIT ACTIVATES\n${paper.timers.join("\n")}\n`),
    dhcpClient: { output: `${paper.dhcpState}\n`, status: paper.dhcpState === "active" ? 0 : 3 },
    dhcpLog: good(paper.dhcpLog.join("\n")),
    conntrackBefore: statistics(paper.insertFailed[0]),
    conntrackAfter: statistics(paper.insertFailed[1]),
    conntrackUse: good(paper.conntrackUse.join("\n")),
    portUse: good(
      `${paper.flows.map((line) => `${line}\n`).join("")}conntrack v1.4.7 (conntrack-tools): ${paper.flows.length} flow entries have been shown.\n`,
    ),
    linksBefore: good(printLinks(paper.links, ({ txErrors }) => txErrors)),
    links: good(printLinks(paper.links, ({ txErrors, txErrorsLater }) => txErrors + txErrorsLater)),
    addresses: good(JSON.stringify(paper.links.map((one) => ({ ...one, addr_info: one.addresses })))),
    tunnels: good(
      `ip6tnl0: ipv6/ipv6 remote :: local :: encaplimit 0 hoplimit inherit tclass 0x00\n${paper.tunnels.join("\n")}\n`,
    ),
    routes4: good(JSON.stringify(paper.routes4)),
    routes6: good(JSON.stringify(paper.routes6)),
    routeToInternet: paper.used
      ? good(JSON.stringify([paper.used]))
      : { output: "RTNETLINK answers: Network is unreachable\n", status: 2 },
    neighbours: good(paper.neighbours.join("\n")),
    rules: good(printNat(paper)),
    ...printProbes(paper),
    ...Object.fromEntries(paper.hanging.map((name) => [name, "no answer"])),
  };
}

function printLinks(all: readonly PaperLink[], errors: (link: PaperLink) => number): string {
  const entry = (link: PaperLink) => ({ ...link, stats64: { tx: { packets: 9, errors: errors(link) } } });
  return JSON.stringify(all.map(entry));
}

function printNat({ vyosNat, iptablesNat }: PaperRouter): string {
  const table = (name: string, lines: readonly string[]): string =>
    `table ${name} {\n\tchain POSTROUTING { # handle 2\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n${lines.map((line) => `\t\t${line}\n`).join("")}\t}\n}\n`;
  return table("ip vyos_nat", vyosNat) + (iptablesNat.length > 0 ? table("ip nat", iptablesNat) : "");
}

function printProbes(paper: PaperRouter): Reading {
  const ping = (answers: boolean) => ({
    output: `PING x 56 data bytes\n\n--- x ping statistics ---\n1 packets transmitted, ${answers ? 1 : 0} received, ${answers ? 0 : 100}% packet loss, time 0ms\n`,
    status: answers ? 0 : 1,
  });
  const relayPing = ping(paper.relayAnswers);
  const beyond = paper.relayAnswers ? "" : `${beyondMark}\n${ping(paper.beyondAnswers).output}`;
  return {
    gatewayPing: ping(paper.gatewayAnswers),
    relayPing: { ...relayPing, output: relayPing.output + beyond },
    fullSizePing: ping(paper.fullSizePasses && paper.relayAnswers),
    wxrPing: ping(paper.wxrAnswers),
    tcpProbe: { output: `${paper.tcp}\n`, status: paper.tcp.startsWith("connected") ? 0 : 1 },
  };
}
