/** The two tunnels that were recorded on one VyOS 1.4, compared. */

import { expect, test } from "@jest/globals";
import { compareTunnels, handMadeDefaults, viewOf } from "../../doctor/tunnel-comparison.ts";
import { parseTunnels } from "../../vyos/kernel/tunnels.ts";

const tunnels =
  parseTunnels(`tun0: ip/ipv6 remote 2001:260:700:1::1:275 local 2404:7a82:4d02:4100:85:d10d:200:4100 dev eth1 encaplimit none hoplimit 64 tclass inherit flowlabel 0x00000 (flowinfo 0x00000000)
mape: ip/ipv6 remote 2001:260:700:1::1:276 local 2404:7a82:4d02:4100:85:d10d:200:4100 dev eth1 encaplimit 4 hoplimit 64 tclass 0x00 flowlabel 0x00000 (flowinfo 0x00000000)
`);
const link = (name: string, mtu: number) => ({ name, up: true, carrier: true, mtu, txErrors: 0 });
const address = (device: string) => ({
  device,
  address: "133.209.13.2",
  length: 32,
  dynamic: false,
  detection: "passed" as const,
});

function view(name: string, mtu: number, adjustMss: number | undefined) {
  const found = viewOf(name, { tunnels, links: [link(name, mtu)], addresses: [address(name)] }, adjustMss);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const differing = (lines: ReturnType<typeof compareTunnels>): string[] =>
  lines.filter(({ effect }) => effect !== undefined).map(({ parameter }) => parameter);

test("compareTunnels() names what differs between the recorded two, and nothing else", () => {
  const lines = compareTunnels(view("mape", 1452, undefined), view("tun0", 1460, 1420));
  expect(differing(lines)).toEqual([
    "name",
    "remote",
    "encaplimit",
    "tclass",
    "mtu",
    "adjust-mss",
    "after a reboot",
  ]);
  const limit = lines.find(({ parameter }) => parameter === "encaplimit");
  expect(limit?.effect).toMatch(/^mape puts a destination option .* next header 60 instead of 4/);
});

test("compareTunnels() says which of the two no longer fits into 1500 octets", () => {
  const lines = compareTunnels(view("mape", 1460, undefined), view("tun0", 1460, undefined));
  expect(lines.find(({ parameter }) => parameter === "mtu")?.effect).toBeUndefined();
  const tooLarge = compareTunnels(view("mape", 1476, undefined), view("tun0", 1460, undefined));
  expect(tooLarge.find(({ parameter }) => parameter === "mtu")?.effect).toMatch(/^mape makes outer packets/);
});

test("handMadeDefaults() is what ip -6 tunnel add was seen to make", () => {
  const made = view("mape", 1452, undefined);
  const said = handMadeDefaults("mape", made);
  expect(said).toEqual(made);
});

test("viewOf() is undefined for a tunnel that the kernel does not have", () => {
  expect(viewOf("tun9", { tunnels, links: [], addresses: [] }, undefined)).toBeUndefined();
});
