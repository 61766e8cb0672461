/**
 * Arithmetic of the shell, `$(( ))`: integers, variables, + - * / % and comparisons. It must never assign.
 */
const tokens = /\s*(\d+|[A-Za-z_]\w*|<=|>=|==|!=|&&|\|\||[-+*/%<>()!])/y;

/** Lowest first. */
const levels: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];

const operations: Readonly<Record<string, (left: number, right: number) => number>> = {
  "||": (left, right) => Number(left !== 0 || right !== 0),
  "&&": (left, right) => Number(left !== 0 && right !== 0),
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  "<": (left, right) => Number(left < right),
  "<=": (left, right) => Number(left <= right),
  ">": (left, right) => Number(left > right),
  ">=": (left, right) => Number(left >= right),
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => Math.trunc(left / right),
  "%": (left, right) => left % right,
};

/** `variable` answers for a name; one that is unset or no number counts as 0, as in bash. */
export function calculate(text: string, variable: (name: string) => string): number {
  const words = split(text);
  let next = 0;
  const primary = (): number => {
    const word = words[next++];
    if (word === "-") return -primary();
    if (word === "!") return Number(primary() === 0);
    if (word === "(") {
      const value = level(0);
      if (words[next++] !== ")") throw new Error(`${text}: missing \`)'`);
      return value;
    }
    if (word === undefined || !/^\w/.test(word)) throw new Error(`${text}: operand expected`);
    return /^\d/.test(word) ? Number(word) : Number.parseInt(variable(word), 10) || 0;
  };
  const level = (depth: number): number => {
    const operators = levels[depth];
    if (operators === undefined) return primary();
    let value = level(depth + 1);
    while (operators.includes(words[next] ?? "")) {
      const operation = operations[words[next++] as string] as (left: number, right: number) => number;
      value = operation(value, level(depth + 1));
    }
    return value;
  };
  const value = level(0);
  if (next < words.length) throw new Error(`${text}: syntax error`);
  return value;
}

function split(text: string): string[] {
  const words: string[] = [];
  tokens.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ""; at = tokens.lastIndex) {
    const found = tokens.exec(text);
    if (found === null) throw new Error(`${text}: syntax error`);
    words.push(found[1] as string);
  }
  return words;
}
