/**
 * Every refusal of the program, with its stable code and its remedy: one list to look a code up in, and so a long file. No secret
 * may ever be handed to one: it reaches logs.
 */

/** The base of all refusals: what is wrong, then what to do about it. */
export class UplinkError extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(`${message}\n  remedy: ${remedy} [${code}]`, options);
    this.name = new.target.name;
    this.code = code;
    this.remedy = remedy;
  }
}

/** A configured value cannot be right. Not raised for what a router refuses: that is CommandRefused. */
export class InvalidValue extends UplinkError {
  readonly field: string;
  readonly value: string;
  readonly reason: string;

  constructor(field: string, value: string, reason: string, remedy: string) {
    super("INVALID_VALUE", `${field}: ${JSON.stringify(value)} ${reason}`, remedy);
    this.field = field;
    this.value = value;
    this.reason = reason;
  }
}

type Lines = readonly string[];
const indented = (lines: Lines): string => lines.map((line) => `  ${line}`).join("\n");
const firstLine = (text = ""): string => text.split("\n", 1).join("");
const words = (output: string): string => output.trim().replace(/\s*\n\s*/g, " / ") || "without a word";

/** A refusal that is its code and what it says of what it was given: the message, the remedy, what it comes from. */
function refusal<Given extends unknown[]>(
  code: string,
  say: (...given: Given) => readonly [message: string, remedy: string, options?: ErrorOptions],
) {
  return class extends UplinkError {
    constructor(...given: Given) {
      super(code, ...say(...given));
    }
  };
}

/** No shell on the router could be had, or the link went away. Not raised for a refused key: that is LoginRefused. */
export class RouterUnreachable extends refusal(
  "ROUTER_UNREACHABLE",
  (at: string, why: string, options?: ErrorOptions) => [
    `Cannot reach ${at}: ${why}`,
    "check routerHost, routerPort and the path to the router, then run again",
    options,
  ],
) {}

/** The router would not let this user in. The credentials are never part of the text. */
export class LoginRefused extends refusal("LOGIN_REFUSED", (where: string, tried: string) => [
  `Cannot log in to ${where}: the router refused ${tried}`,
  "check routerUser and routerPrivateKeyFile, or set routerPassword with pulumi config set --secret",
]) {}

/** The host key is not the pinned one, or none is pinned. Nothing was sent to the router. */
export class HostKeyRefused extends refusal(
  "HOST_KEY_REFUSED",
  (at: string, seen: string, pinned?: string) => [
    pinned === undefined
      ? `Cannot trust ${at}: no host key is pinned, and it showed ${seen}`
      : `Cannot trust ${at}: it showed ${seen}, and ${pinned} is pinned`,
    `compare with ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on the router, then: pulumi config set routerHostKey ${seen}`,
  ],
) {}

/** A command did not end in its time. What it did is unknown until the router is read again. */
export class CommandTimedOut extends refusal("COMMAND_TIMED_OUT", (command: string, seconds: number) => [
  `Cannot wait longer for the router: ${command} gave no answer in ${seconds} s`,
  "look at the router's load, or raise routerCommandTimeoutSeconds or routerCommitTimeoutSeconds",
]) {}

/** The router answered something that no VyOS prints. */
export class AnswerGarbled extends refusal(
  "ANSWER_GARBLED",
  (command: string, answer: string, options?: ErrorOptions) => [
    `Cannot understand the router's answer to ${command}: ${JSON.stringify(answer.slice(0, 200))}`,
    "log in by hand and see whether a login banner or script prints into the shell, then run again",
    options,
  ],
) {}

/** A `set` or `delete` was refused; the other operations of the batch go on without it. */
export class CommandRefused extends refusal("COMMAND_REFUSED", (command: string, output: string) => [
  `The router refused ${command}: ${words(output)}`,
  "correct the value the router names, then run again; nothing of this resource was changed",
]) {}

/** The router refused the commit, wholly or in part. What it had applied is put back before this is raised. */
export class CommitRejected extends refusal("COMMIT_REJECTED", (output: string) => [
  `The router rejected the commit, and the old configuration is back: ${words(output)}`,
  "correct what the router names, then run again",
]) {}

/** The commit, the change or the router itself ended before its time; the router has put the old configuration back. */
export class CutOff extends refusal("CUT_OFF", (what: string, beside: boolean) => [
  `${what}; ${beside ? "our part of it was undone, and what somebody else committed meanwhile was kept" : "the old configuration is back"}`,
  "see journalctl -u vyos-uplink-change on the router, then run pulumi up again",
]) {}

/** Ctrl-C, once: waited for; twice: not. */
export class Interrupted extends refusal("INTERRUPTED", (what: string) => [
  `Interrupted: ${what}`,
  "run pulumi up again",
]) {}

/** Somebody else changes the router so often that no change of ours finds it as it was read. */
export class ChangedMeanwhile extends refusal("CHANGED_MEANWHILE", (times: number) => [
  `The router was changed by somebody else between reading and changing it, ${times} times`,
  "see who is in configure mode on the router (show users), then run pulumi up again",
]) {}

/** Nothing is begun without room for two copies of what is saved. */
export class NoRoom extends refusal("NO_ROOM", () => [
  "The router has no room on /config for a copy of what is saved and for the new one, so nothing was changed",
  "see df /config on the router, and remove old images there: delete system image",
]) {}

/** Another commit ran for longer than we wait. */
export class CommitLocked extends refusal("COMMIT_LOCKED", (seconds: number, holder: string) => [
  `Another commit on the router was still running after ${seconds} s${holder === "" ? "" : `: ${words(holder)}`}`,
  "see who is in configure mode on the router (show users), then run again",
]) {}

/** Committed and verified, but a reboot would lose it. */
export class NotSaved extends refusal("NOT_SAVED", (why: string) => [
  `The change is committed and verified, but not saved: ${why}`,
  "mend that on the router, then run pulumi up again: it saves",
]) {}

/** A commit died while VyOS put its configuration in place: the router runs on, and says that nothing is configured. */
export class ConfigurationEmpty extends refusal("CONFIGURATION_EMPTY", () => [
  "The router says that nothing is configured, which a commit leaves that died while its result was put in place",
  "save nothing there; sudo reboot on the router brings back what is saved",
]) {}

/** Running differs from saved before the run: saving would keep somebody's unfinished work. */
export class UnsavedWork extends refusal("UNSAVED_WORK", (differences: Lines) => [
  `The router runs something else than is saved, which saving would keep, at:\n${differences.join("\n")}`,
  "save or undo them on the router, or go on with: pulumi config set allowUnsavedWork true",
]) {}

/** The router's own firewall, zones or NAT rules would cut the LAN off from the new uplink. `mend`: what is known to mend it; `declares`: keys of the stack that do the same. */
export class LanBlocked extends refusal("LAN_BLOCKED", (because: Lines, mend: Lines, declares: Lines) => [
  `The LAN would have no internet by the new uplink:\n${indented(because)}${mend.length === 0 ? "" : `\n  these commands mend it:\n${indented(mend)}`}`,
  `let the tunnel through on the router, ${declares.length === 0 ? "" : `declare that it joins: ${declares.join(" && ")}, `}or go on all the same: pulumi config set allowBlockedLan true`,
]) {}

/** The router has answers by the new uplink, and the machines on the LAN have none. What was committed is put back before this is raised. */
export class LanSilent extends refusal("LAN_SILENT", (evidence: Lines) => [
  `The new uplink answers the router and not the LAN, so the old configuration was put back and carries on:\n${indented(evidence)}`,
  "look for what stops the LAN's answers on the router (npm run plan names what its firewall does), or go on all the same: pulumi config set allowBlockedLan true",
]) {}

/** The path is already configured, and differently. `instead`: a remedy of its own, such as other numbers that are free. */
export class Occupied extends refusal("OCCUPIED", (path: string, differences: Lines, instead?: string) => [
  `${path} is already configured on the router, and differs from what is declared:\n${differences.join("\n")}`,
  `${instead === undefined ? "declare what is there" : instead}, remove it on the router, or change it with: pulumi config set takeOver true`,
]) {}

/** What a member joins is not there. `others`: those of its kind that are. */
export class NoSuchGroup extends refusal("NO_SUCH_GROUP", (path: string, others: Lines) => [
  `${path} is not on the router, so nothing can join it; there ${others.length === 0 ? "is none" : `are: ${others.join(", ")}`}`,
  "name one that is there (tunnelZone, tunnelGroups), or make it on the router first",
]) {}

/** Duplicate address detection would fail (RFC 4862 section 5.4). Asked before the commit, by neighbour solicitation. */
export class AddressHeld extends refusal("ADDRESS_HELD", (address: string, device: string, mac: string) => [
  `another device on the link of ${device} holds ${address}: ${mac} answers for it, so nothing could be sent from it here`,
  "switch MAP-E off on that device (the WXR, or the provider's home gateway), or take it off the line, then: pulumi up",
]) {}

/** The port has its address from a router advertisement, by hand, or has none: no DHCPv6 client runs that could be restarted. */
export class NoLease extends refusal("NO_LEASE", (device: string) => [
  `${device} asks for no DHCPv6 lease (it has neither address dhcpv6 nor dhcpv6-options pd), so there is none to guard`,
  "pulumi config set leaseGuard false, or name the port that has the lease: pulumi config set ipv6Interface eth1",
]) {}

/** The route would stand in the main table, where an interface of a VRF is not to be reached. */
export class InVrf extends refusal("IN_VRF", (path: string, device: string, vrf: string) => [
  `${path} cannot lead out by ${device}: that is in the VRF ${vrf}, whose routing table is another`,
  `take it out on the router (delete interfaces ... ${device} vrf), or name another interface: pulumi config set ipv6Interface eth1`,
]) {}

/** Another stack has the path, and the router keeps for it what stood there before. */
export class Claimed extends refusal("CLAIMED", (path: string, stack: string, since: string) => [
  `${path} belongs to the stack ${stack} since ${since}`,
  `run pulumi destroy in that stack, or take the path over with: pulumi config set takeOver true`,
]) {}

/** The router's own record of what stood before cannot be read. */
export class JournalBroken extends refusal("JOURNAL_BROKEN", (path: string, why: string) => [
  `Cannot read ${path} on the router: ${why}`,
  `look at it there; without it, what stands now counts as what stood before: sudo mv ${path} ${path}.broken`,
]) {}

/** Nothing is wrong with this one; another one of the same change says what went wrong with all of it. */
export class LeftOut extends refusal("LEFT_OUT", (path: string, other: string) => [
  `${path} went the way of ${other}, which belongs to the same change and says why`,
  "see the error of the other one; a change is made whole or not at all",
]) {}

/** What a resource needs did not come, neither on the router nor in the same run. */
export class RequirementMissing extends refusal("REQUIREMENT_MISSING", (path: string, missing: Lines) => [
  `Cannot set ${path}: it needs ${missing.join(", ")}, which is not there`,
  "see why the named objects failed above, or run pulumi up without --target",
]) {}

/** What stands on it would fall with it. */
export class InUse extends refusal("IN_USE", (path: string, standing: Lines) => [
  `Cannot take ${path} away: ${standing.join(", ")} stands on it`,
  "take both away in one run, without --target",
]) {}

/** The router would not run the change by itself, and nothing is committed that it cannot undo by itself. */
export class NotArmed extends refusal("NOT_ARMED", (why: string) => [
  `The router would not start the change as a unit of its own, so nothing was committed: ${words(why)}`,
  "see that sudo works without a password there, that /run has room (df /run), and journalctl -u vyos-uplink-change",
]) {}

/** The new uplink did not answer. What was committed is put back before this is raised. */
export class ProbeFailed extends refusal(
  "PROBE_FAILED",
  (evidence: Lines, likely: string, undone: string) => [
    `The new uplink does not answer, ${undone}:\n${evidence.join("\n")}\nlikely cause: ${likely}`,
    "run npm run doctor, mend what it names, then run pulumi up again",
  ],
) {}

/** The router put the old configuration back by itself: nobody could say in time that the new one is good. */
export class UndoneByRouter extends refusal("UNDONE_BY_ROUTER", (why: string, cause: Error | undefined) => [
  `The router put the old configuration back: ${why}${cause === undefined ? "" : `: ${firstLine(cause.message)}`}`,
  "see whether the change cuts the way to the router, or raise undoAfterSeconds for a slow one, then run again",
  { cause },
]) {}

/** The link was lost at a moment that leaves it open what the router holds, and it could not be read again. */
export class OutcomeUnknown extends refusal("OUTCOME_UNKNOWN", (until: string, cause: Error | undefined) => [
  `What became of the change is not known: ${firstLine(cause?.message ?? "the router does not say")}. ${until}`,
  "run pulumi up again: it reads the router first",
  { cause },
]) {}

/** Another run of this program is at work on the router. */
export class RunLocked extends refusal("RUN_LOCKED", (holder: string, seconds: number) => [
  `Another run has held the router for ${seconds} s: ${words(holder)}`,
  "wait until it has ended; if its machine is gone, end its shell on the router: kill and the pid named here",
]) {}

/** The kernel holds what nobody configured, and it would stand in the way of a declared tunnel. */
export class KernelLeftovers extends refusal(
  "KERNEL_LEFTOVERS",
  (found: readonly Record<"what" | "remove", string>[]) => [
    `The router's kernel holds what is in no configuration, and it stands in the way:\n${found
      .map(({ what, remove }) => `${what}\n  remove it: ${remove}`)
      .join("\n")}`,
    "run these commands on the router, or let the change do it: pulumi config set removeStray true",
  ],
) {}

/** A script could not be put on the router, taken away or run there. Nothing was committed, or it was put back. */
export class ScriptFailed extends refusal("SCRIPT_FAILED", (what: string, output: string) => [
  `The router could not ${what}: ${words(output)}`,
  "see df /config and the script itself on the router (sh -x), then run again",
]) {}

/** A version whose configuration this program does not speak. */
export class VersionUnsupported extends refusal("VERSION_UNSUPPORTED", (version: string) => [
  `VyOS ${version} is not supported`,
  "use VyOS 1.4, 1.5 or rolling: 1.3 and the 1.4-rolling builds write routes, NAT and MSS otherwise",
]) {}
