/**
 * Every way in which MAP-E input is refused: its code, and what to do where the place of refusal knows nothing better. Other programs
 * compare the codes with those of the published vectors.
 */
import { UplinkError } from "../errors.ts";

const remedies = {
  "malformed-ipv4": "write four numbers of 0 to 255, as 192.0.2.1, without prefix length",
  "malformed-ipv6": "write it as 2001:db8::1, without zone and prefix length",
  "malformed-input": "correct what is named",
  "host-bits-set": "write the prefix with zeros beyond its length",
  "no-matching-rule": "check the delegated prefix, and that the rule is of this line's service",
  "end-user-prefix-too-short": "give the prefix that was delegated, or any address of the line",
  "subnet-bits-nonzero": "give the first subnet of the delegation",
  "ea-bits-out-of-range": "copy eaBitsLength from the rule of the service",
  "rule-too-long": "check ipv6Prefix and eaBitsLength of the rule",
  "psid-offset-out-of-range": "use the service's offset: 4 (v6plus, BIGLOBE, NURO) or 6 (OCN)",
  "psid-length-out-of-range": "check eaBitsLength and ipv4Prefix: their sum less 32 is the PSID length",
  "psid-length-mismatch": "leave psidLength out, or correct eaBitsLength or ipv4Prefix",
  "psid-length-missing": "give psidLength too",
  "psid-missing": "give psid too",
  "psid-mismatch": "leave psid out, or check the delegated prefix",
  "psid-out-of-range": "give a PSID that fits its length",
  "psid-without-full-address": "write the whole IPv4 address as /32, or leave psid and psidLength out",
  "offset-plus-psid-too-long": "check psidOffset and eaBitsLength against the rule of the service",
  "port-set-empty": "ask the provider for another PSID: port 0 cannot be used",
  "port-out-of-range": "give a whole number of 0 to 65535",
  "port-missing": "give the port (or the ICMP query identifier)",
  "port-of-nobody": "give a port of a set",
  "port-of-another-psid": "give a port of the rule's own set",
  "ipv4-outside-rule": "check the address, or take the rule that holds it",
  "iid-mismatch": "compare the form too (draft03 or rfc7597)",
  "s46-malformed": "capture the DHCPv6 reply again, and give option 94 with its header",
  "s46-not-map-e": "capture the DHCPv6 reply again, and give option 94 with its header",
  "s46-forbidden-option": "capture the DHCPv6 reply again, and give option 94 with its header",
  "s46-incomplete": "capture the DHCPv6 reply again, and give option 94 with its header",
  "hb46pp-malformed": "ask the server named by the TXT record of 4over6.info again, from this line",
  "hb46pp-no-map-e": "ask the server named by the TXT record of 4over6.info again, from this line",
  "not-map-e": "use the provider's own router for IPv4; there is no MAP rule",
  "wrong-service": "say auto, or check that the prefix is this line's",
  "unknown-service": "say auto",
  "unknown-prefix": "check the delegated prefix, or give the provider's rule and border relay by hand",
  "predicted-rule":
    "compare the IPv4 address with what a test page shows; then: npm run pulumi -- config set acceptPredictedRule true",
  "fixed-ip": "npm run pulumi -- config set uplink ipip",
  "near-relay": "copy the relay from the contract again",
} as const;

export type RefusalCode = keyof typeof remedies;

/** MAP-E input cannot be right, or gives no answer. Not raised for what a router refuses: that is CommandRefused. */
export class MapRefused extends UplinkError {
  readonly reason: string;

  constructor(code: RefusalCode, reason: string, remedy: string = remedies[code]) {
    super(code, reason, remedy);
    this.reason = reason;
  }
}
