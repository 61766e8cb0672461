/** What is written from the table of keys: the `config:` part of Pulumi.yaml, and docs/keys.md. */

import type { Key } from "../../config/key.ts";
import { keys, uplinkKeys } from "../../config/keys.ts";
import { fleetKeys, routerKeys } from "../../config/router-keys.ts";

type Table = Readonly<Record<string, Key<unknown>>>;

/** "" needs its quotes in YAML; the other standards are plain words. */
function yamlOf({ standard }: Key<unknown>): string[] {
  return standard === undefined ? [] : [`    default: ${standard === "" ? '""' : standard}`];
}

const described = Object.entries(keys).flatMap(([name, key]) => [
  `  ${name}:`,
  `    type: ${key.type}`,
  ...yamlOf(key),
  `    description: ${key.meaning}`,
]);
export const projectConfig = `\nconfig:\n${described.join("\n")}\n`;

function row([name, key]: [string, Key<unknown>]): string {
  const { standard, accepts, unit, meaning } = key;
  const preset = standard === undefined ? "none: say it" : standard === "" ? "" : `\`${standard}\``;
  const cells = [`\`${name}\``, `${accepts} ${unit}`.trim(), preset, meaning];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function section(title: string, table: Table): string {
  return [
    `## ${title}`,
    "",
    "| key | value | default | meaning |",
    "|---|---|---|---|",
    ...Object.entries(table).map(row),
  ].join("\n");
}

const fields = Object.keys(routerKeys).map((key) => {
  const short = key.replace(/^router/, "");
  return `\`${short === key ? key : short.charAt(0).toLowerCase() + short.slice(1)}\``;
});

export const keysPage = `# The keys of a stack's configuration

\`pulumi config set KEY VALUE\` sets one, \`pulumi config rm KEY\` takes its default again. A key that is not in this list, and a value that
cannot be right, are refused at preview, those of an uplink that is not in use too. Written from the tables in \`config/\` by
\`UPDATE=1\` and \`test/config/keys.test.ts\`.

${section("The uplink", uplinkKeys)}

${section("The router", routerKeys)}

${section("Several routers", fleetKeys)}

The fields of an entry are ${fields.join(", ")}. A connection is never shared between entries, nor with the \`router*\` keys;
the other fields are, where an entry says nothing.
`;
