/**
 * VyOS's own programs for the configuration: `cli-shell-api`, `my_set` and its like, and the saving program. The
 * session they act on is the one that the shell's environment names.
 */
import { commit, lockedText } from "../configuration/commit.ts";
import { byDebianVersion } from "../configuration/order.ts";
import { readShown } from "../configuration/read-shown.ts";
import { understand } from "../configuration/schema.ts";
import { type Answer, Session } from "../configuration/session.ts";
import { printCommands, printShown } from "../configuration/text.ts";
import { find } from "../configuration/tree.ts";
import { noise } from "../system/faults.ts";
import { FileError } from "../system/files.ts";
import type { Machine } from "../system/machine.ts";
import { guard, reach } from "../system/steps.ts";
import { type Call, done, fail, no, type Program, type Programs, say } from "./program.ts";

const sbin = "/opt/vyatta/sbin/";
const changes = "/opt/vyatta/config/tmp/changes_only_";

export function configurationPrograms(machine: Machine): Programs {
  const { counters } = machine;
  const within = (act: (session: Session, call: Call) => Answer | Promise<Answer>): Program => {
    return (call) => {
      const session = sessionOf(call);
      return session === undefined ? { text: "Set failed\n", status: 1 } : act(session, call);
    };
  };
  const refused = { text: "Invalid value\nValue validation failed\nSet failed\n", status: 1 };
  return {
    "cli-shell-api": (call) => api(machine, call),
    [`${sbin}my_set`]: (call) => {
      counters.sets++;
      return guard(call.process, "set", refused, () => within((session) => session.set(call.args))(call));
    },
    [`${sbin}my_delete`]: (call) => {
      counters.deletes++;
      return within((session) => session.delete(call.args))(call);
    },
    [`${sbin}my_discard`]: (call) => {
      counters.discards++;
      return within((session) => session.discard())(call);
    },
    [`${sbin}my_commit`]: within(commitBy),
    "/usr/libexec/vyos/vyos-save-config.py": (call) => save(machine, call),
    "vyos-config-to-commands": ({ stdin }) =>
      say(stdin === "" ? "" : `${printCommands(machine.active).join("\n")}\n`),
  };
}

function sessionOf({ process }: Call): Session | undefined {
  return process.sessionId === undefined ? undefined : process.machine.sessions.get(process.sessionId);
}

/** The steps of a commit are reached only by one that has changes. */
async function commitBy(session: Session, { process }: Call): Promise<Answer> {
  const { machine } = process;
  if (!session.changed()) return done;
  const begin = reach(process, "commit-begin");
  if (begin === "lock") return { text: lockedText, status: 1 };
  if (begin === "refuse") return { text: "Commit failed\n", status: 1 };
  if (!machine.locked) machine.counters.commits++;
  const answer = await commit(session, process);
  if (answer.text === lockedText) return answer;
  const end = reach(process, "commit-end");
  return begin === "garble" || end === "garble" ? { ...answer, text: noise } : answer;
}

function save(machine: Machine, { process }: Call): Promise<Answer> {
  const full = { text: "OSError: [Errno 28] No space left on device\n", status: 1 };
  return guard(process, "save", full, () => {
    machine.counters.saves++;
    machine.save();
    return done;
  });
}

function api(machine: Machine, call: Call): Answer | Promise<Answer> {
  const [name = "", ...args] = call.args;
  const session = sessionOf(call);
  const id = call.process.sessionId;
  switch (name) {
    case "getSessionEnv":
      return say(environment(args[0] ?? ""));
    case "setupSession":
      if (id === undefined) return no;
      if (session === undefined) machine.sessions.set(id, new Session(machine));
      return done;
    case "teardownSession":
      if (id !== undefined) machine.sessions.delete(id);
      return done;
    case "inSession":
      return session === undefined ? no : done;
    case "sessionChanged":
      return session?.changed() ? done : no;
    case "sessionUnsaved":
      return machine.unsaved ? done : no;
    case "unmarkSessionUnsaved":
      machine.unsaved = false;
      return done;
    case "showCfg":
    case "showConfig":
      return show(machine, call, session);
    case "loadFile":
      return session === undefined ? no : load(machine, session, call);
    default:
      return question(machine, name, args);
  }
}

/** What the real one prints has more of the same kind; only the session's directory matters here. */
function environment(id: string): string {
  return `umask 002; { declare -x -r VYATTA_CHANGES_ONLY_DIR=${changes}${id}; } >&/dev/null || true\n`;
}

/** Shown to a client it is a read of the configuration; a copy kept on the router is none. */
function show(machine: Machine, call: Call, session: Session | undefined): Answer | Promise<Answer> {
  const activeOnly = call.args.includes("--show-active-only");
  const act = () => say(printShown(activeOnly ? machine.active : (session?.working() ?? machine.active)));
  if (!call.toClient) return act();
  return guard(call.process, "read", no, () => {
    machine.counters.configReads++;
    return act();
  });
}

/** The texts of its refusals were not recorded. */
function load(machine: Machine, session: Session, { args, user }: Call): Answer {
  const file = args[1] ?? "";
  try {
    return session.load(readShown(machine.files.read(file, user)));
  } catch (error) {
    if (error instanceof FileError) return fail(`Cannot open configuration file [${file}]: ${error.message}`);
    if (error instanceof SyntaxError)
      return fail(`Cannot read configuration file [${file}]: ${error.message}`);
    throw error;
  }
}

/** Questions about the active configuration and the schema; values come without a line end (recorded). */
function question(machine: Machine, name: string, args: readonly string[]): Answer {
  const words = args[0] === "--" ? args.slice(1) : args;
  const node = find(machine.active, words);
  switch (name) {
    case "validateTmplPath":
      return understand(machine.schema, words).kind === "invalid" ? no : done;
    case "existsActive": {
      const value = find(machine.active, words.slice(0, -1))?.values.includes(words.at(-1) ?? "");
      return node !== undefined || value ? done : no;
    }
    case "returnActiveValue":
      return node?.values[0] === undefined ? no : say(node.values[0]);
    case "returnActiveValues":
      return node === undefined ? no : say(quoteAll(node.values));
    case "listActiveNodes":
      return node === undefined ? no : say(quoteAll([...node.children.keys()].sort(byDebianVersion)));
    default:
      return { text: `Unknown operation: ${name}\n`, status: 1 };
  }
}

function quoteAll(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(" ");
}
