/** A healthy router has no cause, in both uplinks, with a stack and without. */

import { describe, expect, test } from "@jest/globals";
import { declaredByRouter } from "../../doctor/declared.ts";
import { checksFor, diagnose, likelyCause } from "../../doctor/diagnose.ts";
import { parseFacts } from "../../doctor/facts.ts";
import { fileMark } from "../../doctor/parse-services.ts";
import { parseCommands } from "../../vyos/text.ts";
import { emptyTree } from "../../vyos/tree.ts";
import { lanLines } from "./breaks-lan.ts";
import { print } from "./paper-print.ts";
import { declared, now, paperRouter } from "./paper-router.ts";

const ofMapeAlone = [
  "ipv6-default-lost",
  ...[
    "ce-address",
    "ce-address-taken",
    "relay-route",
    "relay-unrouted",
    "relay-wrong",
    "ngn-beyond-gateway",
    "relay-silent",
    "path-mtu",
  ],
  ...["tunnel-missing", "tunnel-parameters", "tunnel-down", "tunnel-address", "tunnel-drops"],
  ...["failed-over", "nat-missing", "ports-exhausted", "ipv4-mape", "lan-unanswered"],
];

describe.each(["mape", "wxr"] as const)("diagnose() on a healthy router in %s", (uplink) => {
  const paper = paperRouter(uplink);
  const facts = parseFacts(print(paper), now);

  test("finds nothing", () => {
    expect(facts.unreadable).toEqual([]);
    expect(diagnose(facts, declared(uplink)).causes).toEqual([]);
    expect(likelyCause(facts, declared(uplink))).toBeUndefined();
  });

  test("finds nothing without a stack either, and judges no drift", () => {
    const byRouter = declaredByRouter(parseCommands(paper.running.join("\n")));
    const { causes, checks } = diagnose(facts, byRouter);
    expect(causes).toEqual([]);
    expect(byRouter.uplink).toBe(uplink);
    expect(checks.filter(({ code }) => code.startsWith("config-"))).toEqual([]);
    expect(checks.find(({ code }) => code === "other-uplink")?.verdict).toBe("skipped");
  });

  test("skips only what the uplink does not have", () => {
    const skipped = diagnose(facts, declared(uplink)).checks.filter(({ verdict }) => verdict === "skipped");
    expect(skipped.map(({ code }) => code)).toEqual(
      uplink === "mape" ? ["ipv6-default-lost", "failed-over", "ipv4-wxr"] : ofMapeAlone,
    );
  });
});

describe("diagnose() without a stack, on a router whose lease owns the IPv6 default route", () => {
  const paper = paperRouter("mape");
  const isDefault = ({ dst }: { dst: string }): boolean => dst === "default";
  paper.running = paper.running.filter((line) => !line.includes("route6 ::/0"));
  paper.saved = [...paper.running];
  paper.routes6 = paper.routes6.filter((route) => !isDefault(route) || route.protocol === "ra");
  const byRouter = declaredByRouter(parseCommands(paper.running.join("\n")));
  const codes = () => diagnose(parseFacts(print(paper), now), byRouter).causes.map(({ code }) => code);

  test("finds nothing while the lease is there", () => {
    expect(codes()).toEqual([]);
  });

  test("names the lease, not the route that went with it", () => {
    paper.dhcpLog.push("remove_ia: remove an IA: PD-0", "client6_send: send solicit to ff02::1:2%eth1");
    const before = paper.routes6;
    paper.routes6 = before.filter((route) => !isDefault(route));
    expect(codes()).toEqual(["dhcpv6-lease"]);
  });

  test("names the route when nothing else explains that it is gone", () => {
    paper.dhcpLog = [];
    paper.running = paper.running.filter((line) => !line.includes("autoconf"));
    paper.saved = paper.running;
    expect(codes()).toEqual(["ipv6-default-lost"]);
  });
});

test.each([
  { name: "is a lease's", lines: ["set interfaces ethernet eth0 address dhcp"], default: "skipped" },
  {
    name: "is a lease's, by a static route",
    lines: ["set protocols static route 0.0.0.0/0 dhcp-interface eth0"],
    default: "ok",
  },
])("diagnose() without a stack judges no default route that $name", ({ lines, default: verdict }) => {
  const paper = paperRouter("wxr");
  paper.running = [...paper.running.filter((line) => !line.includes("route 0.0.0.0/0")), ...lines];
  paper.saved = paper.running;
  const byRouter = declaredByRouter(parseCommands(paper.running.join("\n")));
  const { causes, checks } = diagnose(parseFacts(print(paper), now), byRouter);
  expect(causes).toEqual([]);
  expect(checks.find(({ code }) => code === "default-route")?.verdict).toBe(verdict);
});

test("diagnose() folds a consequence under the first cause that its check names", () => {
  const paper = paperRouter("wxr");
  paper.tunnels.push("hand: ip/ipv6 remote 2001:db8::9 local 2001:db8::8 dev eth1 encaplimit 4 hoplimit 64");
  paper.used = undefined;
  const { causes } = diagnose(parseFacts(print(paper), now), declared("mape"));
  const folded = (code: string) =>
    causes.find((one) => one.code === code)?.consequences.map((one) => one.code);
  expect(folded("other-uplink")).toContain("default-route");
  expect(folded("stray-tunnel")).toEqual([]);
});

test("likelyCause() is one line with the remedy, and leaves out what the update itself does", () => {
  const paper = paperRouter("mape");
  paper.timers.push(
    "Tue 2026-11-24 00:00:00 UTC 58s left - - vyos-uplink-undo.timer vyos-uplink-undo.service",
  );
  paper.running = [...paper.running, "set system name-server '9.9.9.9'"];
  const cause = () => likelyCause(parseFacts(print(paper), now), declared("mape"));
  expect(cause()).toBeUndefined();
  paper.relayAnswers = false;
  paper.tcp = "8.8.8.8: timed out";
  expect(cause()).toMatch(
    /^the border relay does not answer \(2001:260:700:1::1:275: no answer.*\[relay-silent\]$/,
  );
});

describe("where the tunnel is in no zone", () => {
  const remedy = (lines: readonly string[], known: "stack" | "router"): string | undefined => {
    const paper = paperRouter("mape");
    paper.running = [...paper.running, ...lines];
    const facts = parseFacts(print(paper), now);
    const shall = known === "stack" ? declared("mape") : declaredByRouter(facts.running ?? emptyTree);
    return diagnose(facts, shall).causes.find(({ code }) => code === "tunnel-zone")?.remedy;
  };
  const line = "set firewall zone WAN interface tun0";

  test("the stack joins it by its key; a router without a stack by a line", () => {
    expect(remedy(lanLines.zones, "stack")).toBe(
      "npm run pulumi -- config set tunnelZone WAN; npm run pulumi -- up --refresh",
    );
    expect(remedy(lanLines.zones, "router")).toBe(`configure; ${line}; commit; save; exit`);
  });

  test("a zone that is not there yet is made by lines, for no stack can join it", () => {
    const inside = lanLines.zones.filter((one) => !one.includes("WAN"));
    for (const known of ["stack", "router"] as const) {
      expect(remedy(inside, known)).toMatch(/^configure; set firewall zone UPLINK .*; commit; save; exit$/);
    }
  });
});

test("every check rests on checks that exist, and on itself in no circle", () => {
  const everything = {
    failover: "wxr",
    napt: "exact",
    leaseGuard: "true",
    portForwards: "tcp:5136>192.168.100.9:80",
  };
  const allChecks = checksFor(declared("mape", everything));
  const codes = allChecks.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  const above = new Map(allChecks.map(({ code, dependsOn }) => [code, dependsOn]));
  const reaches = (from: string, seen: readonly string[]): string[] =>
    (above.get(from) ?? []).flatMap((next) =>
      seen.includes(next) ? [next] : [next, ...reaches(next, [...seen, next])],
    );
  for (const { code, dependsOn } of allChecks) {
    expect(codes).toEqual(expect.arrayContaining([...dependsOn]));
    expect(reaches(code, [code])).not.toContain(code);
  }
});

describe("what is declared beside the configuration", () => {
  const exact = declared("mape", { napt: "exact" });
  const texts = new Map(
    exact.resources.flatMap(({ files }) =>
      files.map((file) => [file.path, file.kind === "script" ? file.text : `#!/bin/sh\n${file.line}\n`]),
    ),
  );
  const codes = (changed: ReadonlyMap<string, string | undefined>) => {
    const output = [...new Map([...texts, ...changed])]
      .map(([path, text]) => `${fileMark} ${path}\n${text ?? `cat: ${path}: No such file or directory\n`}\n`)
      .join("");
    const facts = parseFacts({ ...print(paperRouter("mape")), files: { output, status: 0 } }, now);
    return diagnose(facts, exact).causes.map(({ code }) => code);
  };
  const [script = ""] = texts.keys();

  test("is compared too, and is as it shall be", () => {
    expect(texts.size).toBe(3);
    expect(codes(new Map())).toEqual([]);
  });

  test.each([
    { name: "edited", text: `${texts.get(script)}exit 0\n` },
    { name: "gone", text: undefined },
  ])("is named when it is $name", ({ text }) => {
    expect(codes(new Map([[script, text]]))).toEqual(["config-napt-script"]);
  });

  test("is named when the boot script has lost its line", () => {
    const boot = [...texts.keys()].find((path) => path.endsWith("bootup.script")) ?? "";
    expect(codes(new Map([[boot, "#!/bin/sh\n"]]))).toEqual(["config-napt-boot"]);
  });
});
