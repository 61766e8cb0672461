/** What must hold for every rule and every PSID, not only for those of the vectors. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { derive, type MapRule } from "../../mape/derive.ts";
import { ownerOfPort, portRanges, psidOfPort } from "../../mape/ports.ts";
import { mask, printPrefix4, printPrefix6 } from "../../mape/prefix.ts";
import { forward, parseCeAddress } from "../../mape/relay.ts";
import { parseS46, type S46Rule } from "../../mape/s46.ts";
import { printS46 } from "./print-s46.ts";

/** Every cut of a port whose sets are not empty: with a = 0, k = 16, PSID 0 would own port 0 only. */
const layout = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 16 }))
  .filter(([psidOffset, psidLength]) => psidOffset + psidLength <= 16 && psidLength < 16)
  .map(([psidOffset, psidLength]) => ({ psidOffset, psidLength }));

/** A rule of a shared, full or prefix line, and one End-user prefix of it. */
const line = fc
  .record({
    length6: fc.integer({ min: 16, max: 40 }),
    length4: fc.integer({ min: 8, max: 32 }),
    eaBitsLength: fc.integer({ min: 1, max: 24 }),
    psidOffset: fc.integer({ min: 0, max: 15 }),
    bits6: fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
    bits4: fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }),
  })
  .filter(({ length4, eaBitsLength, psidOffset }) => {
    const psidLength = eaBitsLength + length4 - 32;
    return psidLength <= 0 || (psidLength < 16 && psidOffset + psidLength <= 16);
  })
  .map(({ length6, length4, eaBitsLength, psidOffset, bits6, bits4 }) => {
    const end = length6 + eaBitsLength;
    const rule: MapRule = {
      ipv6Prefix: printPrefix6({ bits: mask(bits6, length6, 128), length: length6 }),
      ipv4Prefix: printPrefix4({ bits: mask(bits4, length4, 32), length: length4 }),
      eaBitsLength,
      psidOffset,
    };
    return { rule, endUserPrefix: printPrefix6({ bits: mask(bits6, end, 128), length: end }) };
  });

describe("portRanges()", () => {
  test("the sets of all PSIDs are disjoint and together cover every allowed port", () => {
    fc.assert(
      fc.property(layout, (cut) => {
        const owner = new Int32Array(65536).fill(-1);
        let overlaps = 0;
        for (let psid = 0; psid < 2 ** cut.psidLength; psid++) {
          for (const [first, last] of portRanges(cut, psid)) {
            for (let port = first; port <= last; port++) {
              if (owner[port] !== -1) overlaps++;
              owner[port] = psid;
            }
          }
        }
        const firstAllowed = cut.psidOffset === 0 ? 1 : 2 ** (16 - cut.psidOffset);
        expect(overlaps).toBe(0);
        expect(owner.findIndex((psid) => psid !== -1)).toBe(firstAllowed);
        expect(owner.subarray(firstAllowed).includes(-1)).toBe(false);
        expect(owner.findIndex((psid, port) => (psidOfPort(cut, port) ?? -1) !== psid)).toBe(-1);
      }),
      { numRuns: 15 },
    );
  });

  test("psidOfPort() of every port of a set is the set's PSID", () => {
    fc.assert(
      fc.property(layout, fc.nat(), (cut, seed) => {
        const psid = seed % 2 ** cut.psidLength;
        const ports = portRanges(cut, psid).flatMap(([first, last]) => [first, last, (first + last) >> 1]);
        expect(ports.some((port) => psidOfPort(cut, port) !== psid)).toBe(false);
        expect(ownerOfPort(cut, psid, ports[0] ?? 0)).toEqual({ inSet: true, ownerPsid: psid });
      }),
    );
  });

  test("refuses the set that would hold port 0 only", () => {
    expect(() => portRanges({ psidOffset: 0, psidLength: 16 }, 0)).toThrow("port-set-empty");
  });
});

describe("derive()", () => {
  test("parseCeAddress() reads both forms of the CE address back", () => {
    fc.assert(
      fc.property(
        line,
        fc.constantFrom("rfc7597" as const, "draft03" as const),
        ({ rule, endUserPrefix }, form) => {
          const { eaBits: _ea, sharingRatio: _ratio, ceAddress, ...said } = derive(rule, endUserPrefix);
          expect(parseCeAddress(rule, ceAddress[form], form)).toEqual({ ...said, endUserPrefix });
        },
      ),
    );
  });

  test("forward() of the derived address and any own port comes back to the same CE", () => {
    fc.assert(
      fc.property(line, fc.nat(), ({ rule, endUserPrefix }, seed) => {
        const { ipv4, psid, portRanges: ranges, ceAddress } = derive(rule, endUserPrefix);
        const ports = ranges?.flat() ?? [];
        const port = ports[seed % Math.max(1, ports.length)];
        expect(forward(rule, ipv4, port)).toEqual({ psid, endUserPrefix, ceAddress });
      }),
    );
  });
});

describe("printS46()", () => {
  const container = fc.record({
    rules: fc.array(
      fc.tuple(line, fc.boolean()).map(([{ rule }, fmr]): S46Rule => ({ ...rule, fmr })),
      { minLength: 1, maxLength: 4 },
    ),
    br: fc.array(fc.constantFrom("2001:260:700:1::1:275", "2001:db8::1"), { minLength: 1, maxLength: 2 }),
  });

  test("parseS46() reads back what was printed", () => {
    fc.assert(
      fc.property(container, (value) => {
        expect(parseS46(printS46(value))).toEqual(value);
      }),
    );
  });
});
