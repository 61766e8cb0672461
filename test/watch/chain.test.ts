import { describe, expect, it } from "@jest/globals";
import { type Cause, checksFor } from "../../doctor/diagnose.ts";
import { chainOf } from "../../watch/chain.ts";
import { declared } from "../doctor/paper-router.ts";

const cause = (code: string): Cause => ({ code, title: code, measured: "", remedy: "", consequences: [] });
const states = (uplink: "mape" | "wxr", ...codes: string[]): string[] =>
  chainOf({ causes: codes.map(cause) }, uplink).links.map(({ to, state }) => `${to} ${state}`);

describe("chainOf()", () => {
  it("breaks the link that the cause lies on, and nothing gets through behind it", () => {
    expect(states("mape", "relay-silent")).toEqual([
      "router ok",
      "NGN gateway ok",
      "border relay broken",
      "internet behind",
    ]);
    expect(states("wxr", "wxr-silent")).toEqual(["router ok", "WXR broken", "internet behind"]);
  });

  it("knows nothing behind a router that cannot be asked", () => {
    expect(states("wxr", "router")).toEqual(["router broken", "WXR unknown", "internet unknown"]);
  });

  it("shows two breaks as two", () => {
    expect(states("mape", "gateway-silent", "tunnel-down").slice(1)).toEqual([
      "NGN gateway broken",
      "border relay behind",
      "internet broken",
    ]);
  });

  it("keeps what is on no link beside the way", () => {
    const { links, beside } = chainOf({ causes: [cause("unsaved"), cause("relay-silent")] }, "mape");
    expect(beside.map(({ code }) => code)).toEqual(["unsaved"]);
    expect(links.flatMap(({ causes }) => causes).map(({ code }) => code)).toEqual(["relay-silent"]);
  });

  it("has a place in mape for every check of the doctor but those that the way does not need", () => {
    const all = chainOf({ causes: checksFor(declared("mape")).map(({ code }) => cause(code)) }, "mape");
    expect(all.beside.map(({ code }) => code).sort()).toEqual([
      "clock",
      "commit-confirm-pending",
      "config-napt-drop-invalid",
      "ipv4-wxr",
      "undo-pending",
      "unsaved",
      "wxr-link",
      "wxr-silent",
    ]);
  });
});
