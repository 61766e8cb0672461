/** Where VyOS's configuration keeps an interface, by its name alone (vyos-1x: interface-definitions/interfaces_*.xml.in). Pure. */

const kinds: Readonly<Record<string, string>> = {
  bond: "bonding",
  br: "bridge",
  dum: "dummy",
  eth: "ethernet",
  gnv: "geneve",
  ifb: "input",
  l2tpeth: "l2tpv3",
  lo: "loopback",
  macsec: "macsec",
  peth: "pseudo-ethernet",
  pppoe: "pppoe",
  sstpc: "sstpc",
  tun: "tunnel",
  veth: "virtual-ethernet",
  vti: "vti",
  vtun: "openvpn",
  vxlan: "vxlan",
  wg: "wireguard",
  wlan: "wireless",
  wwan: "wwan",
};

/**
 * One number behind a dot is a VLAN (vif), two are a VLAN in a VLAN (vif-s, vif-c). Undefined: the configuration holds no such kind.
 * @example interfaceNode("eth1.10") // ["interfaces", "ethernet", "eth1", "vif", "10"]
 */
export function interfaceNode(name: string): readonly string[] | undefined {
  const [base = "", outer, inner] = name.split(".");
  const kind = kinds[base.replace(/[0-9]+$/, "")];
  if (kind === undefined) return undefined;
  const node = ["interfaces", kind, base];
  if (outer === undefined) return node;
  return inner === undefined ? [...node, "vif", outer] : [...node, "vif-s", outer, "vif-c", inner];
}

/** These get their address from the far end: their nodes have no `address`. */
const addressedByPeer = ["input", "openvpn", "pppoe", "sstpc"];

/** The node whose `address` holds the interface's own; undefined: it takes none. */
export function addressedNode(name: string): readonly string[] | undefined {
  const node = interfaceNode(name);
  return node === undefined || addressedByPeer.includes(node[1] ?? "") ? undefined : node;
}
