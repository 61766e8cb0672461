/** TCP connections from the router, as a line for its shell: made all at once, told, closed. Pure. */

import { quoteWord } from "../../vyos/commands.ts";

export interface TcpQuestion {
  /** Undefined: whatever address and port the router takes. */
  readonly from: { readonly address: string; readonly port: number } | undefined;
  readonly host: string;
  readonly port: number;
}

/**
 * Arguments: source address or -, source port, host, port, seconds; then more of the first four. It ends as soon as nothing can
 * change its answer: each source address has been connected from, or all that was asked from one of them has failed. Python
 * is on every VyOS; netcat is not.
 */
const connectProgram = [
  "import os, socket, sys, threading",
  "limit = float(sys.argv[5])",
  "words = sys.argv[1:5] + sys.argv[6:]",
  "asked = [words[i:i + 4] for i in range(0, len(words), 4)]",
  "left = [a for a, _, _, _ in asked]",
  "open_from, lock = set(left), threading.Lock()",
  "def ask(a, p, host, port):",
  "    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
  "    s.settimeout(limit)",
  "    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",
  "    try:",
  '        s.bind(("" if a == "-" else a, int(p)))',
  "        s.connect((host, int(port)))",
  "        why = None",
  "    except OSError as e:",
  "        why = e.strerror or str(e)",
  '    name = host + " port " + port + ("" if a == "-" else " from " + a)',
  "    with lock:",
  '        print("connected to " + name if why is None else name + ": " + why, flush=True)',
  "        left.remove(a)",
  "        if why is None: open_from.discard(a)",
  "        if not open_from: os._exit(0)",
  "        if a in open_from and a not in left: os._exit(1)",
  "for words in asked: threading.Thread(target=ask, args=words).start()",
].join("\n");

export function connectLine(questions: readonly TcpQuestion[], seconds: number): string {
  const [first = "", ...more] = questions.map(
    ({ from, host, port }) =>
      `${from === undefined ? "- 0" : `${quoteWord(from.address)} ${from.port}`} ${quoteWord(host)} ${port}`,
  );
  return ["python3 -c", quoteWord(connectProgram), first, seconds, ...more].join(" ");
}

/** What its answer says of one question. */
export function connectAnswer({ from, host, port }: TcpQuestion, output: string): string {
  const name = `${host} port ${port}${from === undefined ? "" : ` from ${from.address}`}`;
  const lines = output.split("\n").map((line) => line.trim());
  if (lines.includes(`connected to ${name}`)) return "connected";
  return lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) || "no answer";
}
