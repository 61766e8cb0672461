/** `npm run size`: the figures that the house is held to, counted from the sources, and what is over. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import ts from "typescript";
import { circles } from "./walls.ts";

const limits = { product: 13_500, simulator: 7000, cycles: 0, casts: 20, filesOver250: 0 };

const help = `Usage: npm run size -- [--json] [--list]

  Lines of TypeScript of the product (all but test/ and research/) and of the simulator, circles of imports, casts in the
  product outside parsers, files over 250 lines.

  --list   each cast and each long file
  --json   the last line is {"product","simulator","cycles","casts","filesOver250"}

Exit status: 0 within the limits, 1 over one, 2 wrong usage.
`;

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** "path:line" of each cast; `as const` is none, nor one in a function whose name says that it parses. */
export function castsIn({ path, text }: Source): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const walk = (node: ts.Node, parser: boolean): void => {
    const cast = ts.isAsExpression(node) || ts.isTypeAssertionExpression(node);
    if (cast && node.type.getText(file) !== "const" && !parser)
      found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`);
    const inside = parser || /^parse/.test(nameOf(node, file));
    ts.forEachChild(node, (child) => walk(child, inside));
  };
  walk(file, false);
  return found;
}

function nameOf(node: ts.Node, file: ts.SourceFile): string {
  const named = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
  const valued = ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer);
  return (named || valued) && node.name !== undefined ? node.name.getText(file) : "";
}

export function linesOf({ text }: Source): number {
  return text.split("\n").length - 1;
}

function main(): number {
  const options = {
    json: { type: "boolean" },
    list: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const root = join(import.meta.dirname, "..");
  const all = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], { cwd: root })
    .toString()
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  const product = all.filter(({ path }) => !/^(?:test|research)\//.test(path));
  const simulator = all.filter(({ path }) => path.startsWith("test/simulator/"));
  const casts = product.flatMap(castsIn);
  const long = all.filter((one) => linesOf(one) > 250);
  const sum = (some: readonly Source[]): number => some.reduce((lines, one) => lines + linesOf(one), 0);
  const figures = {
    product: sum(product),
    simulator: sum(simulator),
    cycles: circles(new Map([...product, ...simulator].map(({ path, text }) => [path, text]))).length,
    casts: casts.length,
    filesOver250: long.length,
  };
  const over = (Object.keys(limits) as (keyof typeof limits)[]).filter(
    (name) => figures[name] > limits[name],
  );
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const [name, limit] of Object.entries(limits) as [keyof typeof limits, number][]) {
    const mark = over.includes(name) ? "  over" : "";
    print(`${name.padEnd(14)}${String(figures[name]).padStart(7)} of ${limit}${mark}`);
  }
  if (values.list)
    for (const line of [...casts, ...long.map((one) => `${one.path} ${linesOf(one)}`)]) print(line);
  if (values.json) print(JSON.stringify(figures));
  return over.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    process.exitCode = main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
