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

/** The router refused the commit, wholly or in part; the candidate was discarded. A lost link is RouterUnreachable. */
export class CommitRejected extends UplinkError {
  constructor(output: string, undone: "nothing had been applied" | "what had been applied was put back") {
    super(
      "COMMIT_REJECTED",
      `The router rejected the commit (${undone}): ${words(output)}`,
      "correct what the router names, then run again",
    );
  }
}

/** A partial commit could not be put back: the router holds neither the old nor the new configuration. */
export class UndoFailed extends UplinkError {
  constructor(output: string, left: readonly string[]) {
    super(
      "UNDO_FAILED",
      `A commit applied only in part, and putting it back failed: ${words(output)}; still different:\n${left.join("\n")}`,
      "log in, run compare saved, and correct it by hand: the saved configuration is untouched",
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

/** Committed and read back, but not saved: a reboot would lose it. */
export class NotSaved extends UplinkError {
  constructor(why: string) {
    super(
      "NOT_SAVED",
      `The change is committed, but not saved: ${words(why)}`,
      "see df /config on the router, then run pulumi up again: it saves",
    );
  }
}

/** Running differs from saved before the run: saving would keep somebody's unfinished work. */
export class UnsavedWork extends UplinkError {
  constructor(differences: readonly string[]) {
    super(
      "UNSAVED_WORK",
      `The router holds changes that nobody saved:\n${differences.join("\n")}`,
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

/** The undo timer could not be set on the router, so nothing was committed. */
export class NotArmed extends UplinkError {
  constructor(why: string) {
    super(
      "NOT_ARMED",
      `The router would not start its undo timer, so nothing was committed: ${words(why)}`,
      "see that sudo works without a password there and that /run has room (df /run), then run again",
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

/** The router's own timer put the old configuration back before this run could say that the new one is good. */
export class UndoneByRouter extends UplinkError {
  constructor(seconds: number, cause: Error | undefined) {
    super(
      "UNDONE_BY_ROUTER",
      `The router put the old configuration back after ${seconds} s without a word from this run${
        cause === undefined ? "" : `: ${firstLine(cause.message)}`
      }`,
      "see whether the change cuts the way to the router, or raise undoAfterSeconds for a slow one, then run again",
      { cause },
    );
  }
}

/** The link was lost in the middle of a change; read again, the router holds the old configuration. */
export class LinkLost extends UplinkError {
  constructor(undone: string, cause: Error) {
    super(
      "LINK_LOST",
      `The link to the router was lost in the middle of the change, and read again it holds the old configuration (${undone}): ${firstLine(cause.message)}`,
      "see that the link and the router are up, then run pulumi up again",
      { cause },
    );
  }
}

/** The link was lost at a moment that leaves it open what the router holds, and it could not be read again. */
export class OutcomeUnknown extends UplinkError {
  constructor(seconds: number, cause: Error) {
    super(
      "OUTCOME_UNKNOWN",
      `What became of the change is not known: ${firstLine(cause.message)}. The router puts the old configuration back by itself at most ${seconds} s after the commit began, unless it is running and verified`,
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
