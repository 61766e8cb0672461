import { describe, expect, test } from "@jest/globals";
import { declaredPath, guardDescription } from "../../vyos/declared-path.ts";
import { parseCommands } from "../../vyos/text.ts";

const filter = "firewall ipv4 forward filter";

describe("declaredPath()", () => {
  test.each([
    { router: "no firewall at all", lines: [], number: 1 },
    { router: "rules from 10 on", lines: ["rule 10 action accept"], number: 1 },
    { router: "a rule 1 and a rule 2", lines: ["rule 1 action accept", "rule 2 action drop"], number: 3 },
    { router: "a gap", lines: ["rule 1 action accept", "rule 3 action drop"], number: 2 },
    {
      router: "our rule already, behind others that came later",
      lines: ["rule 1 action accept", `rule 7 description '${guardDescription}'`],
      number: 7,
    },
  ])("puts the guard at the lowest number that is free, or where it stands: $router", ({ lines, number }) => {
    const running = parseCommands(lines.map((line) => `set ${filter} ${line}`).join("\n"));
    const path = declaredPath(`${filter} rule free`.split(" "), running);
    expect(path.join(" ")).toBe(`${filter} rule ${number}`);
  });

  test.each([
    { zones: "interface", is: "firewall zone WAN interface tun0" },
    { zones: "member interface", is: "firewall zone WAN member interface tun0" },
  ])("spells a zone's member as the zones that are there: $zones", ({ zones, is }) => {
    const running = parseCommands(`set firewall zone LAN ${zones} eth0`);
    expect(declaredPath("firewall zone WAN interface tun0".split(" "), running).join(" ")).toBe(is);
  });

  test("leaves every other path as it is", () => {
    const path = "interfaces tunnel tun0 description free".split(" ");
    expect(declaredPath(path, new Map())).toBe(path);
  });
});
