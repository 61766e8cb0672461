/** One TCP connection from the router, as a line for its shell: made, told, closed. Pure. */

import { quoteWord } from "../../vyos/commands.ts";

/** Arguments: source address or -, source port, host, port, seconds. Python is on every VyOS; netcat is not. */
const connectProgram = [
  "import socket, sys",
  "a, p, host, port, limit = sys.argv[1:6]",
  "s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
  "s.settimeout(float(limit))",
  "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",
  "try:",
  '    s.bind(("" if a == "-" else a, int(p)))',
  "    s.connect((host, int(port)))",
  '    print("connected to " + host)',
  "except OSError as e:",
  '    print(host + ": " + (e.strerror or str(e)))',
  "    sys.exit(1)",
].join("\n");

/** One TCP connection from the router. `source` as "- 0": whatever address and port the router takes. */
export function connectLine(
  source: string,
  { host, port }: { readonly host: string; readonly port: number },
  seconds: number,
): string {
  return `python3 -c ${quoteWord(connectProgram)} ${source} ${quoteWord(host)} ${port} ${seconds}`;
}
