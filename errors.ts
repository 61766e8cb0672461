/**
 * Every refusal of the program, each with a stable code and a remedy, in one file so that a newcomer finds them all. Nothing
 * here knows how an error is printed, and no secret may ever be handed to a constructor: the text reaches logs and the engine.
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

/** No shell on the router could be had, or the link went away. Not raised for a refused key: that is LoginRefused. */
export class RouterUnreachable extends UplinkError {
  constructor(where: string, why: string, options?: ErrorOptions) {
    super(
      "ROUTER_UNREACHABLE",
      `Cannot reach ${where}: ${why}`,
      "check routerHost, routerPort and the path to the router, then run again",
      options,
    );
  }
}

/** The router would not let this user in. The credentials are never part of the text. */
export class LoginRefused extends UplinkError {
  constructor(where: string, tried: string) {
    super(
      "LOGIN_REFUSED",
      `Cannot log in to ${where}: the router refused ${tried}`,
      "check routerUser and routerPrivateKeyFile, or set routerPassword with pulumi config set --secret",
    );
  }
}

/** The host key is not the pinned one, or none is pinned. Nothing was sent to the router. */
export class HostKeyRefused extends UplinkError {
  constructor(where: string, seen: string, pinned: string | undefined) {
    super(
      "HOST_KEY_REFUSED",
      pinned === undefined
        ? `Cannot trust ${where}: no host key is pinned, and it showed ${seen}`
        : `Cannot trust ${where}: it showed ${seen}, and ${pinned} is pinned`,
      `compare with ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on the router, then: pulumi config set routerHostKey ${seen}`,
    );
  }
}

/** A command did not end in its time. What it did is unknown until the router is read again. */
export class CommandTimedOut extends UplinkError {
  constructor(command: string, seconds: number) {
    super(
      "COMMAND_TIMED_OUT",
      `Cannot wait longer for the router: ${command} gave no answer in ${seconds} s`,
      "look at the router's load, or raise routerCommandTimeoutSeconds or routerCommitTimeoutSeconds",
    );
  }
}

/** The router answered something that no VyOS prints. */
export class AnswerGarbled extends UplinkError {
  constructor(command: string, answer: string, options?: ErrorOptions) {
    super(
      "ANSWER_GARBLED",
      `Cannot understand the router's answer to ${command}: ${JSON.stringify(answer.slice(0, 200))}`,
      "log in by hand and see whether a login banner or script prints into the shell, then run again",
      options,
    );
  }
}

/** A `set` or `delete` was refused; the other operations of the batch go on without it. */
export class CommandRefused extends UplinkError {
  constructor(command: string, output: string) {
    super(
      "COMMAND_REFUSED",
      `The router refused ${command}: ${words(output)}`,
      "correct the value the router names, then run again; nothing of this resource was changed",
    );
  }
}

/** The router refused the commit, wholly or in part. What it had applied is put back before this is raised. */
export class CommitRejected extends UplinkError {
  constructor(output: string) {
    super(
      "COMMIT_REJECTED",
      `The router rejected the commit, and the old configuration is back: ${words(output)}`,
      "correct what the router names, then run again",
    );
  }
}

/** The commit, the change or the router itself ended before its time; the router has put the old configuration back. */
export class CutOff extends UplinkError {
  constructor(what: string, beside: boolean) {
    super(
      "CUT_OFF",
      `${what}; ${beside ? "our part of it was undone, and what somebody else committed meanwhile was kept" : "the old configuration is back"}`,
      "see journalctl -u vyos-uplink-change on the router, then run pulumi up again",
    );
  }
}

/** Ctrl-C, once: waited for; twice: not. */
export class Interrupted extends UplinkError {
  constructor(what: string) {
    super("INTERRUPTED", `Interrupted: ${what}`, "run pulumi up again");
  }
}

/** Somebody else changes the router so often that no change of ours finds it as it was read. */
export class ChangedMeanwhile extends UplinkError {
  constructor(times: number) {
    super(
      "CHANGED_MEANWHILE",
      `The router was changed by somebody else between reading and changing it, ${times} times`,
      "see who is in configure mode on the router (show users), then run pulumi up again",
    );
  }
}

/** Nothing is begun without room for two copies of what is saved. */
export class NoRoom extends UplinkError {
  constructor() {
    super(
      "NO_ROOM",
      "The router has no room on /config for a copy of what is saved and for the new one, so nothing was changed",
      "see df /config on the router, and remove old images there: delete system image",
    );
  }
}

/** Another commit ran for longer than we wait. */
export class CommitLocked extends UplinkError {
  constructor(seconds: number, holder: string) {
    super(
      "COMMIT_LOCKED",
      `Another commit on the router was still running after ${seconds} s${holder === "" ? "" : `: ${words(holder)}`}`,
      "see who is in configure mode on the router (show users), then run again",
    );
  }
}

/** Committed and verified, but a reboot would lose it. */
export class NotSaved extends UplinkError {
  constructor(why: string) {
    super(
      "NOT_SAVED",
      `The change is committed and verified, but not saved: ${why}`,
      "mend that on the router, then run pulumi up again: it saves",
    );
  }
}

/** A commit died while VyOS put its configuration in place: the router runs on, and says that nothing is configured. */
export class ConfigurationEmpty extends UplinkError {
  constructor() {
    super(
      "CONFIGURATION_EMPTY",
      "The router says that nothing is configured, which a commit leaves that died while its result was put in place",
      "save nothing there; sudo reboot on the router brings back what is saved",
    );
  }
}

/** Running differs from saved before the run: saving would keep somebody's unfinished work. */
export class UnsavedWork extends UplinkError {
  constructor(differences: readonly string[]) {
    super(
      "UNSAVED_WORK",
      `The router runs something else than is saved, which saving would keep, at:\n${differences.join("\n")}`,
      "save or undo them on the router, or go on with: pulumi config set allowUnsavedWork true",
    );
  }
}

/** The router's own firewall, zones or NAT rules would cut the LAN off from the new uplink. Nothing was changed. */
export class LanBlocked extends UplinkError {
  /** `mend`: the commands that would mend it, none when nothing is known to. */
  constructor(because: readonly string[], mend: readonly string[]) {
    const lines = mend.length === 0 ? "" : `\n  these commands mend it:\n${indented(mend)}`;
    super(
      "LAN_BLOCKED",
      `The LAN would have no internet by the new uplink:\n${indented(because)}${lines}`,
      "let the tunnel through on the router, or go on all the same: pulumi config set allowBlockedLan true",
    );
  }
}

/** The path is already configured, and differently. */
export class Occupied extends UplinkError {
  /** `instead`: a remedy of its own, such as other numbers that are free. */
  constructor(path: string, differences: readonly string[], instead?: string) {
    super(
      "OCCUPIED",
      `${path} is already configured on the router, and differs from what is declared:\n${differences.join("\n")}`,
      `${instead === undefined ? "declare what is there" : instead}, remove it on the router, or change it with: pulumi config set takeOver true`,
    );
  }
}

/** Another stack has the path, and the router keeps for it what stood there before. */
export class Claimed extends UplinkError {
  constructor(path: string, stack: string, since: string) {
    super(
      "CLAIMED",
      `${path} belongs to the stack ${stack} since ${since}`,
      `run pulumi destroy in that stack, or take the path over with: pulumi config set takeOver true`,
    );
  }
}

/** The router's own record of what stood before cannot be read. */
export class JournalBroken extends UplinkError {
  constructor(path: string, why: string) {
    super(
      "JOURNAL_BROKEN",
      `Cannot read ${path} on the router: ${why}`,
      `look at it there; without it, what stands now counts as what stood before: sudo mv ${path} ${path}.broken`,
    );
  }
}

/** Nothing is wrong with this one; another one of the same switch could not be done, so none of it was. */
export class LeftOut extends UplinkError {
  constructor(path: string, undone: string) {
    super(
      "LEFT_OUT",
      `${path} was left out: ${undone}, which belongs to the same switch, could not be done`,
      "see the error of the other one; the switch is done whole or not at all",
    );
  }
}

/** What a resource needs did not come, neither on the router nor in the same run. */
export class RequirementMissing extends UplinkError {
  constructor(path: string, missing: readonly string[]) {
    super(
      "REQUIREMENT_MISSING",
      `Cannot set ${path}: it needs ${missing.join(", ")}, which is not there`,
      "see why the named objects failed above, or run pulumi up without --target",
    );
  }
}

/** What stands on it would fall with it. */
export class InUse extends UplinkError {
  constructor(path: string, standing: readonly string[]) {
    super(
      "IN_USE",
      `Cannot take ${path} away: ${standing.join(", ")} stands on it`,
      "take both away in one run, without --target",
    );
  }
}

/** The router would not run the change by itself, and nothing is committed that it cannot undo by itself. */
export class NotArmed extends UplinkError {
  constructor(why: string) {
    super(
      "NOT_ARMED",
      `The router would not start the change as a unit of its own, so nothing was committed: ${words(why)}`,
      "see that sudo works without a password there, that /run has room (df /run), and journalctl -u vyos-uplink-change",
    );
  }
}

/** The new uplink did not answer. What was committed is put back before this is raised. */
export class ProbeFailed extends UplinkError {
  constructor(evidence: readonly string[], likely: string, undone: string) {
    super(
      "PROBE_FAILED",
      `The new uplink does not answer, ${undone}:\n${evidence.join("\n")}\nlikely cause: ${likely}`,
      "run npm run doctor, mend what it names, then run pulumi up again",
    );
  }
}

/** The router put the old configuration back by itself: nobody could say in time that the new one is good. */
export class UndoneByRouter extends UplinkError {
  constructor(why: string, cause: Error | undefined) {
    super(
      "UNDONE_BY_ROUTER",
      `The router put the old configuration back: ${why}${cause === undefined ? "" : `: ${firstLine(cause.message)}`}`,
      "see whether the change cuts the way to the router, or raise undoAfterSeconds for a slow one, then run again",
      { cause },
    );
  }
}

/** The link was lost at a moment that leaves it open what the router holds, and it could not be read again. */
export class OutcomeUnknown extends UplinkError {
  constructor(until: string, cause: Error | undefined) {
    super(
      "OUTCOME_UNKNOWN",
      `What became of the change is not known: ${firstLine(cause?.message ?? "the router does not say")}. ${until}`,
      "run pulumi up again: it reads the router first",
      { cause },
    );
  }
}

/** Another run of this program is at work on the router. */
export class RunLocked extends UplinkError {
  constructor(holder: string, seconds: number) {
    super(
      "RUN_LOCKED",
      `Another run has held the router for ${seconds} s: ${words(holder)}`,
      "wait until it has ended; if its machine is gone, end its shell on the router: kill and the pid named here",
    );
  }
}

/** The kernel holds what nobody configured, and it would stand in the way of a declared tunnel. */
export class KernelLeftovers extends UplinkError {
  constructor(found: readonly { readonly what: string; readonly remove: string }[]) {
    super(
      "KERNEL_LEFTOVERS",
      `The router's kernel holds what is in no configuration, and it stands in the way:\n${found
        .map(({ what, remove }) => `${what}\n  remove it: ${remove}`)
        .join("\n")}`,
      "run these commands on the router, or let the change do it: pulumi config set removeStray true",
    );
  }
}

/** A script could not be put on the router, taken away or run there. Nothing was committed, or it was put back. */
export class ScriptFailed extends UplinkError {
  constructor(what: string, output: string) {
    super(
      "SCRIPT_FAILED",
      `The router could not ${what}: ${words(output)}`,
      "see df /config and the script itself on the router (sh -x), then run again",
    );
  }
}

/** A version whose configuration this program does not speak. */
export class VersionUnsupported extends UplinkError {
  constructor(version: string) {
    super(
      "VERSION_UNSUPPORTED",
      `VyOS ${version} is not supported`,
      "use VyOS 1.4, 1.5 or rolling: 1.3 and the 1.4-rolling builds write routes, NAT and MSS otherwise",
    );
  }
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

function words(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join(" / ") || "without a word";
}
