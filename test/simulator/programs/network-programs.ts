/** Programs that look at the network: ip, nft, iptables, ping, and a TCP connect by python3. Looking is the step "probe". */

import { type Answer, type Call, fail, type Programs, say } from "../system/program.ts";
import type { Uses } from "./devices.ts";
import { ipProgram } from "./ip-program.ts";
import { iptablesProgram, nftProgram } from "./nft-programs.ts";

type Looks = Uses<"clock" | "uplink" | "kernel" | "network" | "observed">;

export function networkPrograms(machine: Looks & Uses<"faults" | "escapes">): Programs {
  const { faults, kernel, uplink } = machine;
  const changed = () => uplink.check();
  return {
    ip: ipProgram(machine),
    nft: nftProgram(kernel, changed),
    iptables: iptablesProgram(kernel, changed),
    ping: (call) =>
      faults.guard(call.process, "probe", fail("ping: socket: Operation not permitted", 2), () =>
        ping(machine, call),
      ),
    ndisc6: (call) => ndisc6(machine, call),
    python3: (call) => {
      if (!call.args[1]?.includes("socket")) {
        machine.escapes.push("python3");
        return fail("python3: this program is not known here");
      }
      const refused = { text: "Operation not permitted\n", status: 1 };
      return faults.guard(call.process, "probe", refused, () => connect(machine, call));
    },
  };
}

const tooLarge = { result: "timed out" } as const;

async function ping({ clock, uplink, observed }: Looks, { args }: Call): Promise<Answer> {
  const target = args.at(-1) ?? "";
  const after = (option: string) => args[args.indexOf(option) + 1] ?? "";
  const octets = args.includes("-s") ? Number(after("-s")) + 48 : 0;
  const { result } = octets > observed.pathOctets ? tooLarge : uplink.ping(target);
  if (result === "Network is unreachable") return fail("ping: connect: Network is unreachable", 2);
  const good = result === "connected";
  if (!good) await clock.sleep(args.includes("-W") ? Number(after("-W")) : 10);
  const head = target.includes(":")
    ? `PING ${target}(${target}) 56 data bytes`
    : `PING ${target} (${target}) 56(84) bytes of data.`;
  const loss = good
    ? "1 packets transmitted, 1 received, 0% packet loss"
    : "1 packets transmitted, 0 received, 100% packet loss";
  const times = good ? "rtt min/avg/max/mdev = 4.102/4.102/4.102/0.000 ms\n" : "\n";
  return {
    text: `${head}\n\n--- ${target} ping statistics ---\n${loss}, time 0ms\n${times}`,
    status: good ? 0 : 1,
  };
}

/**
 * One solicitation (ndisc6 1.0.5, src/ndisc.c): the MAC in capitals, nothing and status 2 when nobody answered in time. It does not
 * hear the machine's own addresses.
 */
async function ndisc6({ clock, kernel, network }: Looks, { args, user }: Call): Promise<Answer> {
  const [device = "", address = ""] = args.toReversed();
  const wait = Number(args[args.indexOf("-w") + 1] ?? 1000);
  if (!args.includes("-q") || !args.includes("-r") || !args.includes("-w"))
    return fail("ndisc6: these arguments are not known here");
  if (user !== "root") return fail("Raw IPv6 socket: Operation not permitted");
  if (!kernel.isUp(device)) return fail(`Receiving ICMPv6 packet: Network is down`);
  if (device.startsWith("eth1") && network.facts.linkUp && kernel.isHeldElsewhere(address))
    return say("A6:11:BB:00:00:07\n");
  await clock.sleep(wait / 1000);
  return { text: "", status: 2 };
}

/**
 * `python3 -c PROGRAM SOURCE_ADDRESS SOURCE_PORT TARGET PORT TIMEOUT_SECONDS [more of the first four]`, whatever the program's
 * text: all at once, over when each source has been connected from, or when all from one of them has failed.
 */
async function connect({ clock, uplink, kernel }: Looks, { args }: Call): Promise<Answer> {
  const words = [...args.slice(2, 6), ...args.slice(7)];
  const asked = Array.from({ length: words.length / 4 }, (_, at) => {
    const [source = "-", sourcePort = "0", target = "", port = "0"] = words.slice(4 * at, 4 * at + 4);
    const ends = { source, sourcePort: Number(sourcePort), target, port: Number(port) };
    const { result } = uplink.connect(ends);
    if (result === "timed out") kernel.countDrop(target);
    return { source, result, name: `${target} port ${port}${source === "-" ? "" : ` from ${source}`}` };
  });
  const of = (source: string) => asked.filter((one) => one.source === source).map(({ result }) => result);
  const failed = asked.map(({ source }) => of(source)).filter((all) => !all.includes("connected"));
  const late = failed.length > 0 && failed.every((all) => all.includes("timed out"));
  if (late) await clock.sleep(Number(args[6]));
  const text = asked
    .filter(({ result }) => late || result !== "timed out")
    .map(({ name, result }) => (result === "connected" ? `connected to ${name}\n` : `${name}: ${result}\n`));
  return { text: text.join(""), status: failed.length > 0 ? 1 : 0 };
}
