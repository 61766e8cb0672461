import { expect, it } from "@jest/globals";
import { Claims } from "../../providers/claims.ts";

const node = (path: string) => path.split(" ");

it.each([
  { name: "the same path", second: "nat source rule 10", refused: true },
  { name: "a path below it", second: "nat source rule 10 protocol", refused: true },
  { name: "a path above it", second: "nat source", refused: true },
  { name: "its neighbour", second: "nat source rule 11", refused: false },
  { name: "a name that only begins alike", second: "nat source rule 1", refused: false },
])("Claims.claim() of $name: refused is $refused", ({ second, refused }) => {
  const claims = new Claims();
  claims.claim("first", [node("nat source rule 10")]);
  const claim = () => claims.claim("second", [node(second)]);
  if (refused) expect(claim).toThrow(/second: .* lies on the path of first/);
  else expect(claim).not.toThrow();
});

it("Claims.claim() of nodes of which one is taken claims none of them", () => {
  const claims = new Claims();
  claims.claim("first", [node("nat source rule 10")]);
  expect(() => claims.claim("second", [node("nat source rule 9"), node("nat source rule 10")])).toThrow();
  expect(() => claims.claim("third", [node("nat source rule 9")])).not.toThrow();
});
