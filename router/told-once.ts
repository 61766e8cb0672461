/** A failure of a whole change is one error, though the engine asks for each resource by itself. Pure. */

import { LeftOut } from "../errors.ts";
import { type Operation, OperationFailed } from "./change/operation.ts";
import type { Outcome } from "./change/run.ts";

/** What all of a change failed by is told by the first of them, and the others name that one. */
export function toldOnce(
  operations: readonly Operation[],
  outcomes: ReadonlyMap<Operation, Outcome>,
): ReadonlyMap<Operation, Outcome> {
  const tellers = new Map<Error, Operation>();
  const told = operations.flatMap((operation): [Operation, Outcome][] => {
    const outcome = outcomes.get(operation);
    if (outcome?.kind !== "failed") return outcome === undefined ? [] : [[operation, outcome]];
    const { error } = outcome;
    const [reason, applied] =
      error instanceof OperationFailed ? [error.reason, error.applied] : [error, false];
    const teller = tellers.get(reason);
    if (teller === undefined) tellers.set(reason, operation);
    const short = teller && new OperationFailed(new LeftOut(operation.id, teller.id), applied);
    return [[operation, short === undefined ? outcome : { kind: "failed", error: short }]];
  });
  return new Map(told);
}
