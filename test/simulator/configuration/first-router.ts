/**
 * The configuration of the first router as its owner left it: IPv4 by the home router at 192.168.100.1, IPv6
 * direct on eth1, no tunnel and no NAT. It holds facts only; it must never hold a usable password or key.
 */
export const firstRouterConfiguration: readonly string[] = [
  "set interfaces ethernet eth0 address '192.168.100.2/24'",
  "set interfaces ethernet eth0 description 'to WXR LAN1'",
  "set interfaces ethernet eth0 hw-id '52:54:00:00:00:10'",
  "set interfaces ethernet eth1 address 'dhcpv6'",
  "set interfaces ethernet eth1 description 'NGN, IPv6 direct'",
  "set interfaces ethernet eth1 hw-id '52:54:00:00:00:11'",
  "set interfaces ethernet eth1 ipv6 address autoconf",
  "set interfaces loopback lo",
  "set protocols static route 0.0.0.0/0 next-hop 192.168.100.1",
  "set service ssh port '22'",
  "set system config-management commit-revisions '100'",
  "set system console device ttyS0 speed '115200'",
  "set system host-name 'vyos'",
  "set system login user vyos authentication encrypted-password '$6$simulated$notAHashOfAnyPasswordJustTheShapeOfOne'",
  "set system login user vyos authentication plaintext-password ''",
  "set system name-server '192.168.100.1'",
  "set system time-zone 'Asia/Tokyo'",
];
