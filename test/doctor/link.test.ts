import { expect, it } from "@jest/globals";
import { judgeLink } from "../../doctor/checks-wan.ts";

it.each([
  ["eth1", "delete interfaces ethernet eth1 disable"],
  ["eth1.10", "delete interfaces ethernet eth1 vif 10 disable"],
  ["bond0.4000", "delete interfaces bonding bond0 vif 4000 disable"],
])("judgeLink() says how %s is switched on in the configuration", (name, line) => {
  const link = { name, up: false, carrier: false, mtu: 1500, txErrors: 0 };
  expect(judgeLink([link], name)).toMatchObject({ kind: "wrong", remedy: expect.stringContaining(line) });
});
