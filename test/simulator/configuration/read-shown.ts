/**
 * Reads a configuration in braces, as `cli-shell-api showCfg` prints it, into the words of each line. It must
 * never judge the words: that is the session's part.
 */
export function readShown(text: string): string[][] {
  const paths: string[][] = [];
  /** The words of each open block, and whether anything stood in it. */
  const open: { words: string[]; empty: boolean }[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("//") || line.startsWith("/*")) continue;
    const above = open.at(-1);
    if (above !== undefined && line !== "}") above.empty = false;
    const before = open.flatMap((block) => block.words);
    if (line === "}") {
      const block = open.pop();
      if (block === undefined) throw new SyntaxError(`line ${index + 1}: nothing to close`);
      if (block.empty) paths.push([...before]);
    } else if (line.endsWith(" {")) {
      open.push({ words: wordsOf(line.slice(0, -2), index), empty: true });
    } else {
      paths.push([...before, ...wordsOf(line, index)]);
    }
  }
  if (open.length > 0) throw new SyntaxError("a block is not closed");
  return paths;
}

/** A node and its name, or a leaf and its value: at most two words, the second perhaps in double quotes. */
function wordsOf(line: string, index: number): string[] {
  const found = /^([^\s"{}]+)(?: (?:"((?:[^"\\]|\\.)*)"|([^\s"]+)))?$/.exec(line);
  if (found === null) throw new SyntaxError(`line ${index + 1}: ${line}`);
  const value = found[2]?.replace(/\\(.)/g, "$1") ?? found[3];
  return value === undefined ? [found[1] as string] : [found[1] as string, value];
}
