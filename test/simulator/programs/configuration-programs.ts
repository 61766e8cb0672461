/**
 * VyOS's own programs for the configuration: `cli-shell-api`, `my_set` and its like, and the saving program. The
 * session they act on is the one that the shell's environment names.
 */
import { byDebianVersion } from "../configuration/order.ts";
import { understand } from "../configuration/schema.ts";
import { type Refusal, Session } from "../configuration/session.ts";
import type { Store } from "../configuration/store.ts";
import { printShown } from "../configuration/text.ts";
import { find } from "../configuration/tree.ts";
import { refusal } from "../configuration/validate.ts";
import { noise } from "../system/faults.ts";
import { FileError } from "../system/file-node.ts";
import type { Process } from "../system/process.ts";
import { type Answer, type Call, done, no, type Program, type Programs, say } from "../system/program.ts";
import type { Uses } from "./devices.ts";
import { bareText, isBare, sessionOf } from "./environment.ts";

const sbin = "/opt/vyatta/sbin/";
const changes = "/opt/vyatta/config/tmp/changes_only_";
const noSession = { text: "Set failed\n", status: 1 };

type Needs = Uses<"files" | "faults" | "processes" | "store" | "sessions" | "counters" | "save">;

export function configurationPrograms(needs: Needs): Programs {
  const { counters, sessions, faults } = needs;
  const within = (act: (session: Session, call: Call) => Answer): Program => {
    return (call) => {
      const session = sessionOf(sessions, call.process);
      return session === undefined || session.broken ? noSession : act(session, call);
    };
  };
  const refused = { text: "Invalid value\nValue validation failed\nSet failed\n", status: 1 };
  return {
    "cli-shell-api": (call) => api(needs, call),
    [`${sbin}my_set`]: (call) => {
      counters.sets++;
      return faults.guard(call.process, "set", refused, () =>
        within((session) => session.set(call.args, refusalOf(call.process)))(call),
      );
    },
    [`${sbin}my_delete`]: (call) => {
      counters.deletes++;
      return within((session) => session.delete(call.args))(call);
    },
    [`${sbin}my_discard`]: (call) => {
      counters.discards++;
      return within((session) => session.discard())(call);
    },
    "/usr/libexec/vyos/vyos-save-config.py": (call) => save(needs, call),
  };
}

function refusalOf(process: Process): Refusal {
  if (!isBare(process)) return refusal;
  return ({ schema }) => (schema.constraint === undefined ? undefined : bareText);
}

/** What stands there is emptied first, so half of a file stays when the disk is full (from source: open(path, "w")). */
function save(needs: Needs, { process }: Call): Answer {
  const { faults, counters } = needs;
  const told = faults.reach(process, "save");
  counters.saves++;
  try {
    needs.save(told === "refuse" ? "none" : "plenty");
    return told === "garble" ? { text: noise, status: 0 } : done;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { text: `OSError: [Errno 28] ${error.message}\n`, status: 1 };
  }
}

function api(needs: Needs, call: Call): Answer | Promise<Answer> {
  const [name = "", ...args] = call.args;
  const { store, sessions } = needs;
  const session = sessionOf(sessions, call.process);
  const id = call.process.sessionId;
  switch (name) {
    case "getSessionEnv":
      return say(environment(args[0] ?? ""));
    case "setupSession":
      return id === undefined ? no : setUp(needs, id, call.user);
    case "teardownSession":
      if (id === undefined || session === undefined) return no;
      sessions.delete(id);
      return session.broken ? no : done;
    case "inSession":
      return session === undefined ? no : done;
    case "sessionChanged":
      return session?.changed() ? done : no;
    case "showCfg":
    case "showConfig":
      return show(needs, call, session);
    case "loadFile":
      return session === undefined ? no : load(needs, session, call);
    default:
      return question(store, name, args);
  }
}

/**
 * It takes away every session of the same user whose process is no live `vbash`; root's are left
 * (recorded; vyatta-cfg: cstore-unionfs.cpp, setupSession).
 */
function setUp({ store, sessions, processes }: Needs, id: number, user: string): Answer {
  const before = [...sessions];
  if (!sessions.has(id)) sessions.set(id, new Session(store, user));
  for (const [other, { owner }] of before) {
    const alive = processes.get(other)?.command === "vbash";
    if (owner === user && user !== "root" && !alive) sessions.delete(other);
  }
  return done;
}

/** What the real one prints has more of the same kind; only the session's directory matters here. */
function environment(id: string): string {
  return `umask 002; { declare -x -r VYATTA_CHANGES_ONLY_DIR=${changes}${id}; } >&/dev/null || true\n`;
}

/** Shown to a client it is a read of the configuration; a copy kept on the router is none. */
function show(
  { store, faults, counters }: Needs,
  call: Call,
  session: Session | undefined,
): Answer | Promise<Answer> {
  const activeOnly = call.args.includes("--show-active-only");
  const act = () => say(printShown(activeOnly ? store.active : (session?.working() ?? store.active)));
  if (!call.toClient) return act();
  return faults.guard(call.process, "read", no, () => {
    counters.configReads++;
    return act();
  });
}

function load({ files, faults }: Needs, session: Session, { args, user, process }: Call): Promise<Answer> {
  const refused = { text: "Value validation failed\nSet ['interfaces'] failed\n", status: 0 };
  return faults.guard(process, "load", refused, () => {
    try {
      return session.load(files.read(args.at(-1) ?? "", user), refusalOf(process));
    } catch (error) {
      if (error instanceof FileError) return { text: "Failed to open specified config file\n", status: 1 };
      throw error;
    }
  });
}

/** Questions about the active configuration and the schema; values come without a line end (recorded). */
function question(store: Store, name: string, args: readonly string[]): Answer {
  const words = args[0] === "--" ? args.slice(1) : args;
  const node = find(store.active, words);
  switch (name) {
    case "validateTmplPath":
      return understand(store.schema, words).kind === "invalid" ? no : done;
    case "existsActive": {
      const value = find(store.active, words.slice(0, -1))?.values.includes(words.at(-1) ?? "");
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
