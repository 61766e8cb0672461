/** Runs one of the bench's own programs in a Node process of its own, and reads the JSON object that it prints. */

import { execFile } from "node:child_process";
import { join } from "node:path";

export function runChild<Result>(program: string, args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const command = [join(import.meta.dirname, program), ...args];
    execFile(process.execPath, command, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(" ")}: ${stderr || error.message}`));
      else resolve(JSON.parse(stdout) as Result);
    });
  });
}
