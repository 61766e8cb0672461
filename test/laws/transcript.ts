/** Reads a recorded transcript: each command, the text on its standard output, its exit status. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Recorded {
  readonly words: readonly string[];
  readonly text: string;
  readonly status: number;
}

export function readTranscript(name: string): Recorded[] {
  const text = readFileSync(join(__dirname, "fixtures", name), "utf8");
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...rest] = part.split("\n");
      const said = rest.filter((line) => line.startsWith("out| ")).map((line) => line.slice(5));
      const status = /(?:^|')rc=(\d+)$/m.exec(rest.join("\n"))?.[1];
      // A value without a line end has the recorder's "rc=0" behind it.
      return {
        words: splitRecorded(command),
        text: said.join("\n").replace(/rc=\d+$/, ""),
        status: Number(status),
      };
    });
}

/** The recorder joined arguments with spaces; only a description had a space inside. */
function splitRecorded(command: string): string[] {
  const [before = "", value] = command.split(" description ");
  const words = before.split(" ");
  return value === undefined ? words : [...words, "description", value];
}
