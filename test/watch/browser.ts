/** A real headless browser for the page's test, where the machine has one. */

import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** It starts slowly on a machine under load. */
const patienceMs = 60_000;

/** CHROME_PATH, or the first on PATH; undefined: there is none. */
export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const given = process.env.CHROME_PATH;
  return [...(given ? [given] : []), ...candidates].find(isExecutable);
}

/** The document after it was loaded and laid out; with a `screenshot` path, its picture too. */
export async function load(browser: string, url: string, screenshot?: string): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), "page-test-"));
  const args = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1000,900",
    `--user-data-dir=${profile}`,
    screenshot === undefined ? "--dump-dom" : `--screenshot=${screenshot}`,
    url,
  ];
  try {
    return await outputOf(browser, args);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function outputOf(browser: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(browser, args, { stdio: ["ignore", "pipe", "pipe"], timeout: patienceMs });
    let [out, errors] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => {
      out += bytes.toString();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      errors += bytes.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${browser} ended with ${code}: ${errors.slice(-2000)}`));
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
