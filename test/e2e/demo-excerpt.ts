/** What the README shows of a demo's output: the switch and the figures of every step. Pure. */

/** `...` stands for what was left out. */
export function demoExcerpt(output: string): string {
  const act = /^=== switch-to-mape:[\s\S]*?(?=^=== )/m.exec(output)?.[0] ?? "";
  const table = /^step +changes[\s\S]*?(?=\n\n|\n*$(?![\s\S]))/m.exec(output)?.[0] ?? "";
  if (act === "" || table === "") throw new Error("this is no output of the demo");
  const shown = act.split("\n").map((line) => (isShown(line) ? line.trimEnd() : "..."));
  const folded = shown.filter((line, index) => line !== "..." || shown[index - 1] !== "...");
  return [...folded, table.trimEnd()].join("\n");
}

const told = [/^=== /, / (?:created|updated) \(/, /^ {4}router: /];

function isShown(line: string): boolean {
  return told.some((pattern) => pattern.test(line));
}

/** Without what differs from run to run: times, and the order in which the engine was told. */
export function demoShape(excerpt: string): string[] {
  return excerpt
    .split("\n")
    .map((line) => line.replace(/\d+(?:\.\d+)?s\b/g, "#s").replace(/ +\d+\.\d$/, " #.#"))
    .filter((line) => line !== "...")
    .sort();
}
