/** The router that cannot be asked, as a cause: it hides all others. */

import type { Cause } from "../doctor/diagnose.ts";
import type { UplinkError } from "../errors.ts";

export const unreachable = "router";

export function causeOf({ message, code, remedy }: UplinkError): Cause {
  const title = "the router was not reached";
  const [measured = ""] = message.split("\n");
  return { code: unreachable, title, measured: `${measured} [${code}]`, remedy, consequences: [] };
}
