/**
 * The codes by which MAP-E input is refused; they are the codes of the published vectors, and other programs compare
 * them, so a code must never be renamed. Nothing here decides whether an input is right.
 */
import { UplinkError } from "../errors.ts";

export type RefusalCode =
  | "malformed-ipv4"
  | "malformed-ipv6"
  | "malformed-input"
  | "host-bits-set"
  | "no-matching-rule"
  | "end-user-prefix-too-short"
  | "subnet-bits-nonzero"
  | "ea-bits-out-of-range"
  | "rule-too-long"
  | "psid-offset-out-of-range"
  | "psid-length-out-of-range"
  | "psid-length-mismatch"
  | "psid-length-missing"
  | "psid-missing"
  | "psid-mismatch"
  | "psid-out-of-range"
  | "psid-without-full-address"
  | "offset-plus-psid-too-long"
  | "port-set-empty"
  | "port-out-of-range"
  | "port-missing"
  | "port-of-nobody"
  | "port-of-another-psid"
  | "ipv4-outside-rule"
  | "iid-mismatch"
  | "s46-malformed"
  | "s46-not-map-e"
  | "s46-forbidden-option"
  | "s46-incomplete"
  | "hb46pp-malformed"
  | "hb46pp-no-map-e"
  | "not-map-e"
  | "wrong-service"
  | "unknown-service"
  | "unknown-prefix";

/** MAP-E input cannot be right, or gives no answer. Not raised for what a router refuses: that is CommandRefused. */
export class MapRefused extends UplinkError {
  readonly reason: string;

  constructor(code: RefusalCode, reason: string, remedy: string) {
    super(code, reason, remedy);
    this.reason = reason;
  }
}
