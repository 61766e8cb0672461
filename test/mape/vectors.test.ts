/** The published vectors against the functions. The batch test runs them through the program as well. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { answer } from "../../mape/answer.ts";
import { MapRefused } from "../../mape/refusal.ts";

interface Vector {
  id: string;
  kind: string;
  input: Record<string, unknown>;
  output?: unknown;
  reject?: { code: string };
}
const { vectors } = JSON.parse(readFileSync(join(__dirname, "fixtures", "map-e-vectors.json"), "utf8")) as {
  vectors: Vector[];
};

describe("answer() of the published vectors", () => {
  test("there are 58 results and 12 refusals", () => {
    expect(vectors.filter((vector) => vector.reject === undefined)).toHaveLength(58);
    expect(vectors.filter((vector) => vector.reject !== undefined)).toHaveLength(12);
  });

  test.each(vectors.filter((vector) => vector.reject === undefined))(
    "$kind gives the result of $id",
    (vector) => {
      expect(answer(vector.kind, vector.input)).toEqual(vector.output);
    },
  );

  test.each(vectors.filter((vector) => vector.reject !== undefined))(
    "$kind refuses $id with its code",
    (vector) => {
      const refused = refusalOf(() => answer(vector.kind, vector.input));
      expect(refused.code).toBe(vector.reject?.code);
      expect(refused.remedy).not.toBe("");
    },
  );
});

function refusalOf(run: () => unknown): MapRefused {
  try {
    run();
  } catch (error) {
    if (error instanceof MapRefused) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
