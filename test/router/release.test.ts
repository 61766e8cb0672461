/** A switch away from an uplink: what its default route required goes with the route, in one change. */

import { describe, expect, it } from "@jest/globals";
import { parseJournal } from "../../router/change/journal.ts";
import { resolve } from "../../router/change/resolve.ts";
import { parseDocument } from "../../vyos/document.ts";
import { parseTreeText } from "../../vyos/text.ts";
import { operation } from "./lab.ts";

const route = "protocols static route 0.0.0.0/0";
const text = `interfaces {
    tunnel tun0 {
        mtu 1460
    }
    tunnel tun7 {
        mtu 1400
    }
}
protocols {
    static {
        route 0.0.0.0/0 {
            interface tun0 {
            }
        }
    }
}
`;
const entry = (requires: string[], stack = "test/lab") => ({
  ...{ stack, since: "2026-01-01T00:00:00.000Z", before: null, above: 1, requires, pending: false },
});
const required = ["interfaces tunnel tun0", "interfaces tunnel tun7", "nat source rule 1000"];
const journalText = JSON.stringify({
  version: 1,
  entries: {
    [route]: entry(required),
    "interfaces tunnel tun0": entry([]),
    "interfaces tunnel tun7": entry([], "test/other"),
  },
});

function goneWith(changed: Parameters<typeof operation>[2], declared: readonly string[] = []): string[] {
  const found = {
    document: parseDocument(text),
    running: parseTreeText(text),
    journal: parseJournal(journalText),
    ...{ journalText, files: new Map(), holders: new Map() },
  };
  const moved = operation(route, ["next-hop 192.168.100.1"], changed);
  const { targets, journal } = resolve(moved, { found, declared: new Set(declared), now: "" });
  const gone = targets.filter(({ wanted }) => wanted === undefined).map(({ path }) => path.join(" "));
  expect(gone.every((key) => journal.has(key) && journal.get(key) === undefined)).toBe(true);
  return gone;
}

describe("a default route that releases", () => {
  it("takes along what only it required, and of that only what is its own stack's", () => {
    expect(goneWith({ releases: true })).toEqual(["interfaces tunnel tun0"]);
  });

  it("leaves what it still requires", () => {
    expect(goneWith({ releases: true, requires: ["interfaces tunnel tun0"] })).toEqual([]);
  });

  it("leaves what this run has declared", () => {
    expect(goneWith({ releases: true }, ["interfaces tunnel tun0"])).toEqual([]);
  });

  it("releases nothing unless it says so", () => {
    expect(goneWith({})).toEqual([]);
  });
});
