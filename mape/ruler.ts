/**
 * Bits drawn in a row, with the fields they are cut into under them, and each field's value. It must never cut anything itself:
 * where a field begins and ends is the caller's.
 */

export interface Field {
  readonly name: string;
  readonly from: number;
  readonly count: number;
  /** What the field says, for people. */
  readonly says: string;
}

/** `bits` has `width` bits, the most significant first; words of 16 are set apart. Fields follow each other without a gap. */
export function drawRuler(bits: bigint, width: number, fields: readonly Field[]): string[] {
  const binary = bits.toString(2).padStart(width, "0");
  const columns = column(width) - 1;
  const row = (parts: readonly (readonly [at: number, text: string])[]): string => {
    const cells = Array<string>(columns).fill(" ");
    for (const [at, text] of parts) cells.splice(column(at), text.length, ...text);
    return cells.slice(0, columns).join("").trimEnd();
  };
  const words = Array.from({ length: width / 16 }, (_, index) => index * 16);
  const shown = fields.filter(({ count }) => count > 0);
  return [
    row(words.map((at) => [at, String(at)])),
    row(words.map((at) => [at, binary.slice(at, at + 16)])),
    row(
      shown.map(({ name, from, count }) => [from, brace(name, column(from + count - 1) - column(from) + 1)]),
    ),
    ...shown.map((field) => legend(field, binary)),
  ];
}

/** Where a bit stands in the row: one blank between words. */
function column(bit: number): number {
  return bit + Math.floor(bit / 16);
}

/** `<-- name -->` as wide as its bits, or as much of it as they have room for. */
function brace(name: string, width: number): string {
  if (width < 3) return "^".repeat(width);
  const label = name.length + 4 <= width ? ` ${name} ` : name.slice(0, width - 2);
  const left = Math.floor((width - 2 - label.length) / 2);
  return `<${"-".repeat(left)}${label}${"-".repeat(width - 2 - label.length - left)}>`;
}

function legend({ name, from, count, says }: Field, binary: string): string {
  const place = count === 1 ? `bit ${from}` : `bits ${from}..${from + count - 1}`;
  const digits = binary.slice(from, from + count);
  return `  ${place.padEnd(12)} ${name.padEnd(12)} ${count > 24 ? "" : `${digits} = `}${says}`;
}
