/** A whole configuration changed at some paths: the rest is kept to the byte, and what is added has VyOS's own form. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { depthAt, parseDocument, printDocument, textAt, withWanted } from "../../vyos/document.ts";
import { parseTreeText } from "../../vyos/text.ts";
import { sameTree, treeOf, withSubtree } from "../../vyos/tree.ts";

/** As a real 1.4 printed it (exec-channel.txt), with what nobody here knows. */
const before = `/* by hand */
interfaces {
    ethernet eth1 {
        address 2404:7a82:4d02:4100:85:d10d:200:4100/64
        description "Büro 2. OG"
    }
    loopback lo {
    }
}
nat {
    source {
    }
}
novel {
    thing "a } {" {
        plain
    }
}
protocols {
    static {
        route 0.0.0.0/0 {
            next-hop 192.168.100.1 {
            }
        }
    }
}
`;
const route = ["protocols", "static", "route", "0.0.0.0/0"];
const tunnel = ["interfaces", "tunnel", "tun0"];

const after = before
  .replace(
    "    }\n}\nnat",
    "    }\n    tunnel tun0 {\n        encapsulation ipip6\n        parameters {\n            ipv6 {\n                encaplimit none\n            }\n        }\n    }\n}\nnat",
  )
  .replace("next-hop 192.168.100.1 {", "interface tun0 {")
  .replace(
    "    source {\n    }",
    "    source {\n        rule 100 {\n            protocol tcp_udp\n        }\n    }",
  );

function switched(): string {
  let document = parseDocument(before);
  const tree = treeOf([
    ["encapsulation", "ipip6"],
    ["parameters", "ipv6", "encaplimit", "none"],
  ]);
  document = withWanted(document, tunnel, tree);
  document = withWanted(document, route, treeOf([["interface", "tun0"]]));
  document = withWanted(document, ["nat", "source", "rule", "100"], treeOf([["protocol", "tcp_udp"]]));
  return printDocument(document);
}

describe("withWanted()", () => {
  it("writes tag nodes, nodes and leaves as VyOS prints them, and keeps the rest to the byte", () => {
    expect(switched()).toBe(after);
  });

  it("takes away what it added, and the parents that stood there before stay, empty as they were", () => {
    let document = parseDocument(switched());
    document = withWanted(document, tunnel, undefined, depthAt(parseDocument(before), tunnel));
    document = withWanted(document, ["nat", "source", "rule", "100"], undefined, 2);
    document = withWanted(document, route, textAt(parseDocument(before), route));
    expect(printDocument(document)).toBe(before);
  });

  it("takes away the parents that did not stand there", () => {
    const document = parseDocument("interfaces {\n    tunnel tun0 {\n    }\n}\n");
    expect(printDocument(withWanted(document, tunnel, undefined, 1))).toBe("interfaces {\n}\n");
    expect(printDocument(withWanted(document, tunnel, undefined, 0))).toBe("");
  });

  it("adds and takes one value of several", () => {
    const path = ["interfaces", "ethernet", "eth1", "address", "2001:db8::1/128"];
    const more = withWanted(parseDocument(before), path, new Map());
    expect(printDocument(more)).toContain("4100/64\n        address 2001:db8::1/128\n        description");
    expect(printDocument(withWanted(more, path, undefined, 4))).toBe(before);
  });

  it("puts a text back at its place, whatever is in it", () => {
    const path = ["interfaces", "ethernet", "eth1"];
    const text = textAt(parseDocument(before), path) ?? "";
    expect(text.split("\n")[0]).toBe("ethernet eth1 {");
    const gone = withWanted(parseDocument(before), path, undefined, 1);
    expect(parseTreeText(printDocument(withWanted(gone, path, text)))).toEqual(parseTreeText(before));
    const empty = withWanted(parseDocument(""), path, text);
    expect(printDocument(empty)).toBe(`interfaces {\n${text.replace(/^(?=.)/gm, "    ")}}\n`);
  });

  it("changes nothing where the tree is there already, in whatever order", () => {
    const tree = parseTreeText(before).get("interfaces")?.get("ethernet")?.get("eth1") ?? new Map();
    const reversed = new Map([...tree].reverse());
    expect(
      printDocument(withWanted(parseDocument(before), ["interfaces", "ethernet", "eth1"], reversed)),
    ).toBe(before);
  });
});

const word = fc.constantFrom(
  "interfaces",
  "nat",
  "source",
  "rule",
  "100",
  "200",
  "address",
  "ü",
  "a b",
  "tun0",
);
const path = fc.array(word, { minLength: 1, maxLength: 4 });
const tree = fc.array(path, { maxLength: 4 }).map(treeOf);

describe("laws of a document", () => {
  it("printing what was parsed is the text", () => {
    expect(printDocument(parseDocument(before))).toBe(before);
  });

  it("the tree of a changed document is the changed tree", () => {
    const start = parseTreeText(before);
    fc.assert(
      fc.property(path, tree, (at, wanted) => {
        const changed = parseTreeText(printDocument(withWanted(parseDocument(before), at, wanted)));
        expect(sameTree(changed, withSubtree(start, at, wanted))).toBe(true);
      }),
    );
  });
});
