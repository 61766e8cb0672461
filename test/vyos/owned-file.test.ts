/** Files of ours and lines of ours in files of others: nothing of theirs may be lost. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isHeld, isOurs, type OwnedFile, textAfter, withMarker } from "../../vyos/resources/owned-file.ts";

const line: OwnedFile = { kind: "line", path: "/config/scripts/boot", line: "/config/scripts/a start" };
const theirs = fc
  .array(fc.constantFrom("#!/bin/sh", "", "echo a", "exit 0", "# Written by vyos-uplink", "  x"), {
    maxLength: 6,
  })
  .map((lines) => lines.join("\n"));

describe("textAfter() of a line", () => {
  it("holds the line once, and taking it out gives back what was there", () => {
    fc.assert(
      fc.property(fc.option(theirs, { nil: undefined }), (found) => {
        const there = textAfter(line, "there", found);
        expect(there?.split("\n").filter((one) => one === line.line)).toHaveLength(1);
        expect(textAfter(line, "there", there)).toBe(there);
        expect(isHeld(line, "there", there)).toBe(true);
        const after = textAfter(line, "gone", there);
        // One newline behind an interpreter that had none is all that may be left.
        expect([found, `${found}\n`]).toContain(after);
      }),
    );
  });

  it("stands before an exit of the owner's", () => {
    expect(textAfter(line, "there", "#!/bin/sh\nexit 0\n")).toBe(
      "#!/bin/sh\n/config/scripts/a start\nexit 0\n",
    );
  });
});

describe("a script of ours", () => {
  const text = withMarker("#!/bin/sh\ntrue\n");
  const script: OwnedFile = {
    kind: "script",
    path: "/config/scripts/a",
    text,
    start: undefined,
    stop: undefined,
  };

  it("is told by its second line, which is put in once", () => {
    expect(isOurs(text)).toBe(true);
    expect(withMarker(text)).toBe(text);
    expect(isOurs("#!/bin/sh\ntrue\n# Written by vyos-uplink\n")).toBe(false);
  });

  it("goes, and a script that somebody put in its place stays", () => {
    expect(textAfter(script, "gone", text)).toBeUndefined();
    expect(textAfter(script, "gone", "#!/bin/sh\nmine\n")).toBe("#!/bin/sh\nmine\n");
  });
});
