/** Laws of mend(), on random configurations beside the mape uplink. */

import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { applyCommands } from "../../../vyos/diff.ts";
import { lanAnswers } from "../../../vyos/firewall/lan-answers.ts";
import { mend } from "../../../vyos/firewall/mend.ts";
import { subtree } from "../../../vyos/tree.ts";
import { firewalls } from "./arbitrary.ts";
import { uplink, withMape, withWxr } from "./home.ts";

/** Without destination NAT: whom that leads away, no line for the uplink brings back. */
const drawn = firewalls.map((lines) => lines.filter((line) => !line.startsWith("nat destination")));

const blocked = (lines: readonly string[]): boolean =>
  lanAnswers(withMape(lines), uplink, withWxr(lines)).verdict === "no";

it("the commands of mend(), put in, turn a no into a yes", () => {
  let [no, mended] = [0, 0];
  fc.assert(
    fc.property(drawn, (lines) => {
      if (!blocked(lines)) return;
      no += 1;
      const { lines: commands, natRuleBase } = mend(withMape(lines), uplink, withWxr(lines)) ?? {};
      if (commands === undefined || natRuleBase !== undefined) return;
      mended += 1;
      const after = applyCommands(withMape(lines), commands);
      expect(lanAnswers(after, uplink, withWxr(lines)).verdict).toBe("yes");
    }),
    { numRuns: 300 },
  );
  // The law is about nothing when nothing is blocked; what is left over needs a rule turned round, or a number that is taken.
  expect(no).toBeGreaterThan(30);
  expect(mended / no).toBeGreaterThan(0.4);
});

it("mend() sets lines and takes away none but the action that it sets anew", () => {
  fc.assert(
    fc.property(drawn, (lines) => {
      const wanted = withMape(lines);
      for (const { verb, path } of mend(wanted, uplink, withWxr(lines))?.lines ?? []) {
        if (verb === "delete") expect(path).toEqual(expect.arrayContaining(["state-policy", "action"]));
        else expect(path.length).toBeGreaterThan(3);
        expect(subtree(wanted, verb === "set" ? [] : path)).toBeDefined();
      }
    }),
    { numRuns: 100 },
  );
});
