/** What a process's environment tells VyOS's programs: the configuration session, and where the validators are. */
import type { Session } from "../configuration/session.ts";
import type { Process } from "../system/process.ts";

export function sessionOf(sessions: ReadonlyMap<number, Session>, process: Process): Session | undefined {
  return process.sessionId === undefined ? undefined : sessions.get(process.sessionId);
}

/** /etc/default/vyatta was not sourced: no validator is found, and each value is refused (recorded). */
export function isBare({ variables, exported }: Process): boolean {
  return !exported.has("vyos_libexec_dir") || (variables.get("vyos_libexec_dir") ?? "") === "";
}

export const bareText = "sh: line 1: /validate-value: No such file or directory";

/** As much of the file as matters here; the real one has more of the same kind. */
export const defaultsFile = [
  "declare -x -r vyatta_sbindir=/opt/vyatta/sbin",
  "declare -x -r vyos_libexec_dir=/usr/libexec/vyos",
  "declare -x -r vyos_validators_dir=/usr/libexec/vyos/validators",
  "",
].join("\n");
