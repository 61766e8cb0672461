/** What is proposed instead of a name that is taken. */
import { expect, test } from "@jest/globals";
import { freeNames } from "../../vyos/resources/free-names.ts";
import { parseCommands } from "../../vyos/text.ts";

const running = parseCommands(
  [
    "set interfaces tunnel tun0 encapsulation 'gre'",
    "set interfaces tunnel tun1 encapsulation 'gre'",
    "set nat source rule 1010 translation address 'masquerade'",
    "set firewall ipv4 forward filter rule 5 action 'accept'",
  ].join("\n"),
);

test.each([
  { wanted: ["interfaces tunnel tun0"], says: "tunnelName tun2)" },
  { wanted: ["nat source rule 1000", "nat source rule 1010"], says: "natRuleBase 1001)" },
  { wanted: ["firewall ipv4 forward filter rule 5"], says: "pulumi config rm naptDropInvalidRule" },
])("freeNames() of $wanted proposes $says", ({ wanted, says }) => {
  expect(
    freeNames(
      wanted.map((path) => path.split(" ")),
      running,
    ),
  ).toContain(says);
});

test("freeNames() has nothing instead of a route", () => {
  expect(freeNames([["protocols", "static", "route", "0.0.0.0/0"]], running)).toBeUndefined();
});
