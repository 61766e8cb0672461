/** The tests' own renderer against what a real VyOS 1.4 made of the same lines. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { parseCommands } from "../../../vyos/text.ts";
import { renderFilter, renderNat } from "./nft.ts";

const recorded = (name: string): [lines: string, nft: string] => {
  const text = readFileSync(join(__dirname, "..", "fixtures", `${name}.txt`), "utf8");
  const [lines = "", nft = ""] = text.split("--- nft\n");
  return [
    lines
      .split("\n")
      .filter((line) => line.startsWith("set "))
      .join("\n"),
    nft,
  ];
};

/** Without counts, blank lines, and the chains that mark fragments, which are the same on every router. */
const plain = (nft: string): string[] =>
  nft
    .replace(/counter packets \d+ bytes \d+/g, "counter packets 0 bytes 0")
    .replace(/\tchain VYOS_FRAG6?_MARK \{[^}]*\}\n/g, "")
    .split("\n")
    .filter((line) => line !== "");

it.each([
  "firewall-forward-drop-state-rule",
  "firewall-zones-tun-in-none",
  "firewall-zones-local-tun-in-none",
])("renderFilter() %s is what VyOS made", (name) => {
  const [lines, nft] = recorded(name);
  const filter = nft.slice(nft.indexOf("table ip vyos_filter"));
  const chains = (text: string): string[] =>
    plain(text)
      .join("\n")
      .split(/(?=^\tchain |^table )/m)
      .map((part) => part.replace(/\n\}$/, ""))
      .sort();
  expect(chains(renderFilter(parseCommands(lines)))).toEqual(chains(filter));
});

it("renderNat() has the masquerade as VyOS made it", () => {
  const [lines, nft] = recorded("firewall-masquerade-without-interface");
  const rule = renderNat(parseCommands(lines))
    .split("\n")
    .find((line) => line.includes("SRC-NAT-100"));
  expect(plain(nft)).toContain(rule);
});
