/** Made-up configurations of any length, as `cli-shell-api showCfg` prints them. Pure, and the same text at every run. */

/** The two sides of a comparison: what a router holds, and what it shall hold. */
export interface ConfigurationPair {
  readonly running: string;
  readonly wanted: string;
  /** How many lines each has. */
  readonly lines: number;
}

const rule = (index: number): string[] => [
  `        rule ${index + 1} {`,
  `            description "client ${index + 1} of the office"`,
  "            outbound-interface {",
  "                name tun0",
  "            }",
  "            protocol tcp_udp",
  "            translation {",
  "                address 133.209.13.2",
  `                port ${1024 + (index % 60_000)}`,
  "            }",
  "        }",
];

const route = (index: number, nextHop: string): string[] => [
  `        route 10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}/32 {`,
  `            next-hop ${nextHop} {`,
  "                distance 20",
  "            }",
  "        }",
];

/** Half rules, half routes by lines; in the wanted one every fiftieth route goes another way. At least 40 lines. */
export function configurationPair(lines: number): ConfigurationPair {
  const frame = 8;
  const rules = Math.max(1, Math.floor((lines - frame) / 2 / rule(0).length));
  const routes = Math.max(1, Math.floor((lines - frame - rules * rule(0).length) / route(0, "").length));
  const text = (other: string): string[] => [
    "nat {",
    "    source {",
    ...Array.from({ length: rules }, (_, index) => rule(index)).flat(),
    "    }",
    "}",
    "protocols {",
    "    static {",
    ...Array.from({ length: routes }, (_, index) =>
      route(index, index % 50 === 0 ? other : "192.168.100.1"),
    ).flat(),
    "    }",
    "}",
  ];
  const running = text("192.168.100.1");
  return {
    running: `${running.join("\n")}\n`,
    wanted: `${text("192.168.100.9").join("\n")}\n`,
    lines: running.length,
  };
}
