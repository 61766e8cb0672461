/**
 * What connection tracking holds of the LAN's flows, by what the firewall and the uplink make of them: from Linux's source
 * (nf_conntrack_core.c confirms an entry when its first packet leaves; nf_conntrack_proto_tcp.c has the states) and VyOS's
 * (system_conntrack.py: nothing is tracked without NAT or a rule about states).
 */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { moveRoute, tunnelLines } from "./mape.ts";
import { Wire } from "./wire.ts";

const client = "192.168.100.50";
const drop = "set firewall ipv4 forward filter default-action drop";
const out = [
  drop,
  "set firewall ipv4 forward filter rule 10 action accept",
  "set firewall ipv4 forward filter rule 10 outbound-interface name tun0",
];

describe("conntrack -L", () => {
  let simulator: Simulator;
  let wire: Wire;
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    simulator.observed.portsInUse = { tcp: [], udp: [] };
    simulator.observed.lanClients = [client];
    wire = await Wire.open(simulator);
  });
  afterEach(async () => {
    wire.close();
    await simulator.stop();
  });
  /** Of the TCP flow and of the UDP flow, without what is the same in all. */
  const states = async (): Promise<(string | undefined)[]> => {
    const { text } = await wire.run("sudo -n conntrack -L -p tcp; sudo -n conntrack -L -p udp");
    return text
      .split("\n")
      .filter((one) => one.includes("src="))
      .map((one) => [/ [A-Z_]+ /.exec(one)?.[0].trim(), /\[\w+\]/.exec(one)?.[0]].filter(Boolean).join(" "));
  };

  it.each<{ name: string; lines: string[]; off?: "relayAnswers"; is: string[] }>([
    { name: "all is well", lines: [], is: ["ESTABLISHED [ASSURED]", ""] },
    {
      name: "the relay is silent",
      lines: [],
      off: "relayAnswers",
      is: ["SYN_SENT [UNREPLIED]", "[UNREPLIED]"],
    },
    { name: "the way out is shut", lines: [drop], is: [] },
    // The answer has come when the filter drops it: there is no [UNREPLIED], and nobody got it.
    { name: "the way in is shut", lines: out, is: ["SYN_RECV", ""] },
    {
      name: "the ports are not ours",
      lines: [
        "delete nat",
        "set nat source rule 1 outbound-interface name tun0",
        "set nat source rule 1 translation address masquerade",
      ],
      is: ["SYN_SENT [UNREPLIED]", "[UNREPLIED]"],
    },
    { name: "nothing asks for tracking", lines: ["delete nat"], is: [] },
  ])("has the LAN's flows when $name", async ({ lines, off, is }) => {
    simulator.byHand([...tunnelLines, ...moveRoute]);
    expect(simulator.byHand(lines)).not.toContain("failed");
    if (off !== undefined) simulator.network[off] = false;
    expect(await states()).toEqual(is);
  });

  it("finds new flows at each look, translated to the own ports", async () => {
    simulator.byHand([...tunnelLines, ...moveRoute]);
    const look = async () =>
      (await wire.run("sudo -n conntrack -L -p tcp -q 133.209.13.2")).text.split("\n")[0];
    const [first, second] = [await look(), await look()];
    expect(first).toBe(
      "tcp      6 431998 ESTABLISHED src=192.168.100.50 dst=1.1.1.1 sport=45000 dport=443 src=1.1.1.1 dst=133.209.13.2 sport=443 dport=5136 [ASSURED] mark=0 use=1",
    );
    expect(second).toContain("sport=45001");
  });
});
