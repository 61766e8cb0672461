/** One prefix in the spellings that people have: each is understood, or refused with an example that is. */
import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { MapRefused } from "../../mape/refusal.ts";
import { readTyped6 } from "../../mape/typed.ts";

const prefix = 0x2404_7a82_4d02_4100n << 64n;

describe("readTyped6()", () => {
  it.each([
    "2404:7a82:4d02:4100::/56",
    "2404:7A82:4D02:4100::/56",
    "0x24047a824d024100::/56",
    "24047a824d024100/56",
    "24047A824D024100::/56",
    "2404-7a82-4d02-4100::/56",
    "2404-7a82-4d02-4100--/56",
    "2404:7a82:4d02:4100/56",
    "2404 7a82 4d02 4100/56",
    "24 04 7a 82 4d 02 41 00/56",
    "0x0010: 2404 7a82 4d02 4100/56",
    "00000010: 2404 7a82 4d02 4100/56",
    "２４０４:7a82:4d02:4100::／５６",
    "2404:7a82:4d02:4100::%eth1/56",
  ])("reads %s", (text) => {
    expect(readTyped6(text)).toEqual({ bits: prefix, length: 56 });
  });

  it.each([
    { text: "2404:7a82:4d02:4100::1/64", length: 64 }, // ip a
    { text: "2404:7a82:4d02:4100::1/128", length: 128 },
    { text: "2404:7a82:4d02:4100::1%eth1", length: 128 },
    { text: "0x0010:  2404 7a82 4d02 4100 0000 0000 0000 0001", length: 128 },
    { text: "24047a824d0241000000000000000001", length: 128 },
  ])("keeps the host's bits of $text", ({ text, length }) => {
    expect(readTyped6(text)).toEqual({ bits: prefix | 1n, length });
  });

  it("takes leading zeros of a word between dashes as left out", () => {
    expect(readTyped6("240b-11-52c1-9300/56").bits).toBe(0x240b_0011_52c1_9300n << 64n);
  });

  it.each([
    { text: "24047a824d024100", right: "2404:7a82:4d02:4100::/64" },
    { text: "2404:7a82:4d02:4100", right: "2404:7a82:4d02:4100::/64" },
    { text: "2404-7a82-4d02/56", right: "2404:7a82:4d02::/48" },
    { text: "24047a824d0241/56", right: "2001:db8::/56" },
    { text: "2404:7a82:4d02:410g::/56", right: "2001:db8::/56" },
    { text: "2404:7a82:4d02:4100::/129", right: "2001:db8::/56" },
  ])("refuses $text, and shows a prefix", ({ text, right }) => {
    expect(remedyOf(text)).toBe(`write it as ${right}`);
  });
});

const spelling = fc.record({
  separator: fc.constantFrom(":", "-", " ", ""),
  zeros: fc.constantFrom("::", "--", ""),
  front: fc.constantFrom("", "0x", "0x0010: ", "[", '"'),
  upper: fc.boolean(),
  wide: fc.boolean(),
  length: fc.constantFrom("/56", "/64", ""),
});

test("readTyped6() makes of every spelling the one prefix, or shows one that it reads", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0x1000, max: 0xffff }), { minLength: 3, maxLength: 3 }),
      spelling,
      (rest, { separator, zeros, front, upper, wide, length }) => {
        const words = [0x2404, ...rest].map((word) => word.toString(16));
        const plain = `${front}${words.join(separator)}${zeros}${length}`;
        const cased = upper ? plain.toUpperCase().replace("0X", "0x") : plain;
        const text = wide
          ? cased.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
          : cased;
        const remedy = remedyOf(text);
        const bits = BigInt(`0x${words.join("")}`) << 64n;
        if (remedy === undefined) expect(readTyped6(text).bits).toBe(bits);
        else {
          const [example = ""] = /[0-9a-f]+:[0-9a-f:]+\/[0-9]+/.exec(remedy) ?? [];
          expect(remedyOf(example)).toBeUndefined();
        }
      },
    ),
  );
});

function remedyOf(text: string): string | undefined {
  try {
    readTyped6(text);
    return undefined;
  } catch (error) {
    if (error instanceof MapRefused) return error.remedy;
    throw error;
  }
}
