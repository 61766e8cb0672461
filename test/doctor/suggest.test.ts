import { describe, expect, it } from "@jest/globals";
import { parseFacts } from "../../doctor/facts.ts";
import { ngnInterfaceOf, type Suggestions, suggest } from "../../doctor/suggest.ts";
import { parseCommands } from "../../vyos/text.ts";
import { print } from "./paper-print.ts";
import { gateway, now, type PaperRouter, paperRouter } from "./paper-router.ts";

/** What is said of a router on paper after `change`. */
function suggestFor(
  uplink: "mape" | "wxr",
  change: (paper: PaperRouter) => void,
  given: Parameters<typeof suggest>[1] = {},
): Suggestions {
  const paper = paperRouter(uplink);
  change(paper);
  return suggest(parseFacts(print(paper), now), given);
}

const suggested = ({ values }: Suggestions, key: string) => values.find((one) => one.key === key);
const withoutStaticDefault6 = (paper: PaperRouter): void => {
  paper.running = paper.running.filter((line) => !line.includes("route6"));
};
const withoutDefault6 = (paper: PaperRouter): void => {
  withoutStaticDefault6(paper);
  paper.routes6 = paper.routes6.filter(({ dst }) => dst !== "default");
};
const withoutDelegation = (paper: PaperRouter): void => {
  paper.dhcpLog = [];
};

describe("suggest()", () => {
  it("tells everything of a healthy router in wxr", () => {
    const { values, missing, refusal } = suggestFor("wxr", () => {});
    expect(Object.fromEntries(values.map(({ key, value }) => [key, value]))).toEqual({
      uplink: "wxr",
      wxrNextHop: "192.168.100.1",
      ipv6Interface: "eth1",
      ipv6NextHop: gateway,
      delegatedPrefix: "2404:7a82:4d02:4100::/56",
      service: "biglobe",
    });
    expect([missing, refusal]).toEqual([[], undefined]);
  });

  it.each([
    { remote: "2001:260:700:1::1:275", uplink: "mape" },
    { remote: "2404:8e00::feed:100", uplink: "dslite" },
    { remote: "2404:9200:225:100::65", uplink: "ipip" },
  ])("calls a default route into a tunnel to $remote $uplink", ({ remote, uplink }) => {
    const suggestions = suggestFor("mape", (paper) => {
      paper.running = paper.running.map((line) =>
        line.includes("tun0 remote") ? `set interfaces tunnel tun0 remote '${remote}'` : line,
      );
    });
    expect(suggested(suggestions, "uplink")?.value).toBe(uplink);
  });

  it.each([
    {
      name: "the static default, when it is configured",
      change: () => {},
      from: "protocols static route6",
    },
    {
      name: "the kernel's default",
      change: withoutStaticDefault6,
      from: "the IPv6 default route in the kernel",
    },
    // The home router is a neighbour there too, and was once taken for the gateway: it calls itself no router.
    {
      name: "the one neighbour that is a router, without a lease",
      change: withoutDefault6,
      from: "the one neighbour",
    },
  ])("takes the NGN gateway from $name", ({ change, from }) => {
    const found = suggested(suggestFor("wxr", change), "ipv6NextHop");
    expect(found?.value).toBe(gateway);
    expect(found?.from).toContain(from);
  });

  it("names no gateway when two neighbours call themselves routers", () => {
    const found = suggestFor("wxr", (paper) => {
      withoutDefault6(paper);
      paper.neighbours.push("fe80::2 dev eth1 lladdr 02:00:00:00:00:02 router STALE");
    });
    expect(suggested(found, "ipv6NextHop")).toBeUndefined();
    expect(found.missing.join()).toContain("--ipv6-next-hop");
  });

  it.each([
    { name: "the delegation", uplink: "wxr", change: () => {}, value: "::/56", from: "dhcp6c on eth1" },
    {
      name: "a CE address",
      uplink: "mape",
      change: withoutDelegation,
      value: "::/56",
      from: "the CE address",
    },
    { name: "the advertised /64", uplink: "wxr", change: withoutDelegation, value: "::/64", from: "on eth1" },
    {
      name: "a LAN's later /64, cut to the line",
      uplink: "wxr",
      change: (paper: PaperRouter): void => {
        withoutDelegation(paper);
        for (const { ifname, addresses } of paper.links) {
          if (ifname === "eth1") addresses.length = 0;
          if (ifname === "eth0") addresses.push({ local: "2404:7a82:4d02:4105::1", prefixlen: 64 });
        }
      },
      value: "::/56",
      from: "cut to the /56",
    },
  ] as const)("takes the prefix from $name", ({ uplink, change, value, from }) => {
    const found = suggested(suggestFor(uplink, change), "delegatedPrefix");
    expect(found?.value).toBe(`2404:7a82:4d02:4100${value}`);
    expect(found?.from).toContain(from);
  });

  it("says mape of a router whose default route goes into a tunnel, and asks for the next-hop of wxr", () => {
    const found = suggestFor("mape", () => {});
    expect(suggested(found, "uplink")?.value).toBe("mape");
    expect(suggested(found, "wxrNextHop")).toBeUndefined();
    expect(found.missing.join()).toContain("--wxr-next-hop");
  });

  it("says of a DS-Lite line that it is none for MAP-E, and goes on with the rest", () => {
    const found = suggestFor("wxr", (paper) => {
      paper.dhcpLog = ["update_prefix: create a prefix 2409:10:1:100::/56 pltime=1, vltime=2"];
    });
    expect(found.refusal).toContain("DS-Lite");
    expect(suggested(found, "service")).toBeUndefined();
    expect(suggested(found, "wxrNextHop")?.value).toBe("192.168.100.1");
  });

  it("puts what is given before every guess, and says so", () => {
    const found = suggestFor("wxr", () => {}, { delegatedPrefix: "2409:10:1::/56", uplink: "mape" });
    expect(suggested(found, "delegatedPrefix")).toMatchObject({ value: "2409:10:1::/56", from: "given" });
    expect(suggested(found, "uplink")).toMatchObject({ value: "mape", from: "given" });
    expect(found.refusal).toContain("DS-Lite");
  });

  it("guesses nothing when nothing could be read", () => {
    expect(suggest(parseFacts({}, now), {})).toMatchObject({ values: [], refusal: undefined });
  });
});

describe("ngnInterfaceOf()", () => {
  it.each([
    { line: "set interfaces ethernet eth1 address 'dhcpv6'", device: "eth1" },
    { line: "set interfaces ethernet eth1 ipv6 address autoconf", device: "eth1" },
    { line: "set interfaces ethernet eth1 dhcpv6-options pd 0 length '56'", device: "eth1" },
    { line: "set interfaces ethernet eth1 vif 10 address 'dhcpv6'", device: "eth1.10" },
    { line: "set interfaces bonding bond0 vif 4000 ipv6 address autoconf", device: "bond0.4000" },
    { line: "set interfaces bridge br0 dhcpv6-options pd 0 length '56'", device: "br0" },
    { line: "set interfaces ethernet eth1 vif-s 100 vif-c 20 address 'dhcpv6'", device: "eth1.100.20" },
    { line: "set interfaces ethernet eth0 address '192.168.100.2/24'", device: undefined },
  ])("$line: $device", ({ line, device }) => {
    expect(ngnInterfaceOf(parseCommands(line))).toBe(device);
  });

  it("does not choose between two", () => {
    const lines = ["eth0", "eth1"].map((name) => `set interfaces ethernet ${name} address 'dhcpv6'`);
    expect(ngnInterfaceOf(parseCommands(lines.join("\n")))).toBeUndefined();
  });
});
