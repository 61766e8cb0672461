/** TCP connections from the router, as a line for its shell: made all at once, told, closed. Pure. */

import { quoteWord } from "../../vyos/commands.ts";

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * Arguments: source address or -, source port, host, port, seconds, then more hosts and ports. It ends with the first that
 * is connected. Python is on every VyOS; netcat is not.
 */
const connectProgram = [
  "import os, socket, sys, threading",
  "a, p, first, port, limit = sys.argv[1:6]",
  "targets = [(first, port)] + list(zip(sys.argv[6::2], sys.argv[7::2]))",
  "def ask(host, port):",
  "    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
  "    s.settimeout(float(limit))",
  "    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",
  "    try:",
  '        s.bind(("" if a == "-" else a, int(p)))',
  "        s.connect((host, int(port)))",
  '        print("connected to " + host, flush=True)',
  "        os._exit(0)",
  "    except OSError as e:",
  '        print(host + ": " + (e.strerror or str(e)), flush=True)',
  "asked = [threading.Thread(target=ask, args=t) for t in targets]",
  "for t in asked: t.start()",
  "for t in asked: t.join()",
  "sys.exit(1)",
].join("\n");

/** `source` as "- 0": whatever address and port the router takes. */
export function connectLine(
  source: string,
  target: TcpTarget,
  seconds: number,
  others: readonly TcpTarget[] = [],
): string {
  const more = others.map(({ host, port }) => ` ${quoteWord(host)} ${port}`).join("");
  return `python3 -c ${quoteWord(connectProgram)} ${source} ${quoteWord(target.host)} ${target.port} ${seconds}${more}`;
}
