/** Random firewalls, zones and NAT rules as set lines, in the words that vyos/firewall knows. */

import fc from "fast-check";

export const devices = ["eth0", "eth1", "eth2", "tun0"] as const;

const one = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const maybe = (part: fc.Arbitrary<string[]>, weight = 2): fc.Arbitrary<string[]> =>
  fc.oneof({ weight, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: part });
const leaf = (word: string, value: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  value.map((text) => [`${word} ${text}`]);
const join = (...parts: readonly fc.Arbitrary<string[]>[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts).map((lists) => lists.flat());
const under = (path: string, lines: fc.Arbitrary<string[]>): fc.Arbitrary<string[]> =>
  lines.map((all) => all.map((line) => `${path} ${line}`));
const not = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(fc.integer({ min: 0, max: 3 }), text).map(([draw, word]) => (draw === 0 ? `!${word}` : word));

type Family = "ipv4" | "ipv6";

const net = (family: Family, device: number): string =>
  family === "ipv4" ? `10.0.${device}.` : `fd00:0:0:${device}::`;

const address = (family: Family): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(3), fc.integer({ min: 2, max: 250 }), fc.integer({ min: 1, max: 100 }), fc.nat(3))
    .map(([device, host, more, form]) => {
      const start = net(family, device);
      const text = (value: number): string => (family === "ipv4" ? String(value) : value.toString(16));
      if (form === 0) return `${start}${text(host)}`;
      if (form === 1) return `${start}${text(host)}-${start}${text(Math.min(254, host + more))}`;
      // The lengths of halves and quarters of a network's hosts.
      const length = family === "ipv4" ? 24 + (host % 3) : 120 + (host % 3);
      return `${start}${text(host % 3 === 0 ? 0 : host & 0xc0 & (0xff << (8 - (host % 3))))}/${length}`;
    });

const device = one("eth0", "eth1", "eth2", "tun0", "eth*", "tun*", "eth1*", "e*");
const port = one("22", "443", "1-442", "80,443", "20000-39999", "40000-65535", "!443", "!1-500");

const matchers = (family: Family, use: "filter" | "nat", hook: string): fc.Arbitrary<string[]> => {
  const face = (word: string) =>
    fc.oneof(leaf(`${word} name`, not(device)), leaf(`${word} group`, not(one("I1", "I2"))));
  const side = (word: string): fc.Arbitrary<string[]> =>
    fc.oneof(
      leaf(`${word} address`, not(address(family))),
      leaf(`${word} group address-group`, not(one("A1", "A2"))),
      leaf(`${word} group network-group`, not(one("N1"))),
    );
  const withPorts = fc
    .tuple(
      one("tcp", "udp", "tcp_udp"),
      one("source", "destination"),
      fc.oneof(
        port.map((text) => `port ${text}`),
        not(one("P1", "P2")).map((name) => `group port-group ${name}`),
      ),
    )
    .map(([protocol, word, text]) => [`protocol ${protocol}`, `${word} ${text}`]);
  const icmp =
    family === "ipv4"
      ? ["protocol icmp", "icmp type-name echo-request"]
      : ["protocol ipv6-icmp", "icmpv6 type-name echo-request"];
  const protocol =
    use === "filter"
      ? [
          leaf("protocol", not(one("tcp", "udp", "4", "50", "tcp_udp"))),
          withPorts,
          fc.constant(icmp),
          fc.constant<string[]>(["protocol tcp", "tcp flags syn", "tcp flags not ack"]),
        ]
      : [leaf("protocol", not(one("tcp", "udp"))), withPorts];
  const state = fc
    .uniqueArray(one("new", "established", "related", "invalid"), { minLength: 1, maxLength: 2 })
    .map((states) => states.map((word) => `state ${word}`));
  return join(
    hook === "output" || use === "nat" ? fc.constant([]) : maybe(face("inbound-interface")),
    hook === "input" ? fc.constant([]) : maybe(face("outbound-interface")),
    maybe(side("source")),
    maybe(side("destination")),
    maybe(fc.oneof(...protocol)),
    ...(use === "filter"
      ? [
          maybe(state),
          ...(family === "ipv4" && hook === "forward"
            ? [maybe(fc.constant(["connection-status nat destination"]), 8)]
            : []),
        ]
      : []),
  );
};

/** `deeper`: the rule sets to which it may jump. */
const ruleSet = (
  family: Family,
  hook: string,
  deeper: readonly string[],
  defaults: readonly string[],
): fc.Arbitrary<string[]> => {
  const end = one("accept", "drop", "return");
  const action = fc.oneof(
    { weight: 3, arbitrary: end.map((word) => [`action ${word}`]) },
    ...(deeper.length > 0
      ? [{ weight: 2, arbitrary: one(...deeper).map((name) => ["action jump", `jump-target ${name}`]) }]
      : []),
  );
  const rule = fc
    .integer({ min: 1, max: 120 })
    .chain((number) =>
      under(
        `rule ${number}`,
        join(action, matchers(family, "filter", hook), maybe(fc.constant(["disable"]), 9)),
      ),
    );
  // A number drawn twice would have two actions.
  const rules = fc
    .uniqueArray(rule, { maxLength: 5, selector: ([line = ""]) => line.split(" ")[1] })
    .map((all) => all.flat());
  const otherwise = one(...defaults).map((word) => (word === "" ? [] : [`default-action ${word}`]));
  // A rule set without a line of its own would not be there to jump to.
  return join(fc.constant(["description drawn"]), otherwise, rules);
};

const groups: fc.Arbitrary<string[]> = under(
  "firewall group",
  join(
    leaf("interface-group I1 interface", device),
    leaf("interface-group I1 interface", device),
    leaf("interface-group I2 interface", device),
    maybe(fc.constant(["interface-group I2 include I1"])),
    ...(["ipv4", "ipv6"] as const).flatMap((family) => {
      const kind = family === "ipv4" ? "" : "ipv6-";
      const network = address(family).filter((text) => text.includes("/"));
      const plain = address(family).filter((text) => !text.includes("/"));
      return [
        leaf(`${kind}address-group A1 address`, plain),
        leaf(`${kind}address-group A1 address`, plain),
        leaf(`${kind}address-group A2 address`, plain),
        maybe(fc.constant([`${kind}address-group A2 include A1`])),
        leaf(`${kind}network-group N1 network`, network),
        leaf(`${kind}network-group N1 network`, network),
      ];
    }),
    leaf("port-group P1 port", one("443", "1-1000", "50000-65535")),
    leaf("port-group P2 port", one("22", "80", "20000-45000")),
    maybe(fc.constant(["port-group P2 include P1"])),
  ),
);

const sets: fc.Arbitrary<string[]> = join(
  ...(["ipv4", "ipv6"] as const).flatMap((family) => [
    under(`firewall ${family} name C`, ruleSet(family, "forward", [], ["", "accept", "drop", "return"])),
    under(
      `firewall ${family} name B`,
      ruleSet(family, "forward", ["C"], ["", "accept", "accept", "drop", "return"]),
    ),
    under(
      `firewall ${family} name A`,
      ruleSet(family, "forward", ["B", "C"], ["", "accept", "accept", "return"]),
    ),
    ...["forward", "input", "output"].map((hook) =>
      maybe(
        under(
          `firewall ${family} ${hook} filter`,
          ruleSet(family, hook, ["A", "B", "C"], ["", "accept", "drop"]),
        ),
        1,
      ),
    ),
  ]),
);

const policies = join(
  ...["established", "related", "invalid"].map((state) =>
    maybe(
      under(
        `firewall global-options state-policy ${state} action`,
        one("accept", "drop").map((word) => [word]),
      ),
      4,
    ),
  ),
);

const zones: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.array(one("LAN", "WAN", "DMZ", ""), { minLength: 4, maxLength: 4 }),
    fc.boolean(),
    one("interface", "member interface"),
  )
  .chain(([homes, local, word]) => {
    const used = [...new Set(homes.filter((name) => name !== "")), ...(local ? ["LOCAL"] : [])];
    const members = homes.flatMap((name, index) =>
      name === "" ? [] : [`firewall zone ${name} ${word} ${devices[index]}`],
    );
    const defaults = used.map((name) =>
      maybe(under(`firewall zone ${name} default-action`, one(["drop"], ["drop"], ["accept"])), 1),
    );
    const inside = used
      .filter((name) => name !== "LOCAL")
      .map((name) =>
        maybe(
          under(
            `firewall zone ${name} intra-zone-filtering`,
            one(
              ["action drop"],
              ["action accept"],
              ["firewall name A", "firewall ipv6-name B"],
              ["firewall name C"],
            ),
          ),
        ),
      );
    const from = used.flatMap((name) =>
      used
        .filter((other) => other !== name)
        .map((other) =>
          fc.oneof(
            fc.constant<string[]>([]),
            under(
              `firewall zone ${name} from ${other} firewall`,
              one(["name A", "ipv6-name A"], ["name B"], ["ipv6-name C"], ["name C", "ipv6-name B"]),
            ),
          ),
        ),
    );
    return join(
      fc.constant(members),
      fc.constant(local ? ["firewall zone LOCAL local-zone"] : []),
      ...defaults,
      ...inside,
      ...from,
    );
  });

const nat: fc.Arbitrary<string[]> = join(
  fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 })
    .chain((numbers) =>
      join(
        ...numbers.map((number) =>
          under(
            `nat source rule ${number}`,
            join(
              matchers("ipv4", "nat", "forward"),
              one(
                [`translation address 10.9.0.${number}`],
                [`translation address 10.9.0.${number}`],
                ["translation address masquerade"],
                ["exclude"],
              ),
              maybe(fc.constant(["disable"]), 9),
            ),
          ),
        ),
      ),
    ),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 2 })
    .chain((numbers) =>
      join(
        ...numbers.map((number) =>
          under(
            `nat destination rule ${number}`,
            join(
              maybe(leaf("inbound-interface name", not(one(...devices)))),
              maybe(leaf("destination address", not(address("ipv4")))),
              maybe(leaf("protocol", one("tcp", "udp"))),
              one([`translation address 10.0.${number % 4}.${number + 2}`], ["exclude"]),
            ),
          ),
        ),
      ),
    ),
);

/** Without `set`. */
export const firewalls: fc.Arbitrary<string[]> = join(
  groups,
  sets,
  policies,
  fc.oneof(fc.constant<string[]>([]), zones, zones),
  nat,
);
