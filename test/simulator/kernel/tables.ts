/** The rows of the kernel's tables: tunnels, addresses, routes. */
export interface Tunnel {
  readonly name: string;
  readonly remote: string;
  readonly local: string;
  readonly device: string | undefined;
  readonly encaplimit: string;
  readonly mtu: number;
  /** Made by VyOS or by hand. */
  readonly by: "configuration" | "hand";
  readonly up: boolean;
}

export interface Address {
  readonly device: string;
  /** With its prefix length. */
  readonly address: string;
  /** `delegated`: the DHCPv6 client sets it of its prefix, without a lifetime (WIDE dhcp6c: ifaddrs by ioctl). */
  readonly by: "configuration" | "hand" | "network" | "delegated";
}

export interface Route {
  /** `0.0.0.0/0` and `::/0` are the default. */
  readonly prefix: string;
  readonly via: string | undefined;
  readonly device: string;
  /** As the kernel names it; `boot` is what `ip route add` leaves. */
  readonly protocol: "static" | "boot" | "ra" | "kernel" | "failover";
  readonly metric: number;
}
