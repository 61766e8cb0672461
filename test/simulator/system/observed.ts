/**
 * What only a look at the machine tells: the login user's rights, the DHCPv6 client and its log, the connection table.
 * Facts that a test sets; it must never decide whether anything on the network works.
 */
export class Observed {
  /** Of the login user, as `id -Gn` prints them. */
  groups = "vyattacfg adm disk sudo dip users frrvty frr";
  /** Whether `sudo` runs without asking for a password. */
  sudo: "allowed" | "asks" = "allowed";
  /** The DHCPv6 client's unit, as systemd names it. */
  dhcpClient: "active" | "inactive" | "failed" = "active";
  /** What the NGN delegates while a lease is there. */
  delegatedPrefix = "2404:7a82:4d02:4100::/56";
  /** Connections that found no free port, since boot. */
  insertFailed = 3;
  /** How many more there are each time somebody looks. */
  insertFailedEachLook = 0;
  /** What the path to the border relay carries, in octets. */
  pathOctets = 1500;
  /** Ports of the shared address that flows through NAT hold. */
  portsInUse: { tcp: number[]; udp: number[] } = { tcp: [5136, 5137, 9232], udp: [5136] };
  /** Clients on the LAN that open connections all the time, by their addresses. */
  lanClients: string[] = [];
  /** Of the machine that logs in, as sshd tells it. */
  clientAddress = "192.168.100.5";
  /** What version.json says of a build that is not simulated; its configuration is the simulated release's. */
  version: string | undefined;
  connections = 412;
  mostConnections = 262_144;
}
