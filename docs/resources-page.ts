/** The text of docs/resources.md, from the rows of vyos/resources. Pure. */

import { models, resourceTypes } from "../vyos/resources/registry.ts";
import { sharedRows } from "../vyos/resources/resource.ts";
import type { Rows } from "../vyos/resources/row.ts";

const head = `# The resources

Written from the rows in \`vyos/resources/\` by \`UPDATE=1 npx jest test/docs/resources\`. Each argument may be a value or an Output of one, and
comes back as an Output of the same name. A line's place is below the node that the resource owns; \`{field}\` is the value of a
field. Any resource has the fields of the last table too.
`;

export function resourcesPage(): string {
  const types = resourceTypes.flatMap((type) => {
    const { label, meaning, owns, replacedBy, own, parts } = models[type];
    const replaced =
      replacedBy.length > 0 ? `is replaced when ${replacedBy.join(" or ")} changes` : "is never replaced";
    const item = Object.keys(parts).length > 0 ? ["", "Each item of the list:", "", table(parts)] : [];
    return [
      "",
      `## ${label}`,
      "",
      `${capital(meaning)}. Owns ${owns}; ${replaced}.`,
      "",
      table(own),
      ...item,
    ];
  });
  return [head.trimEnd(), ...types, "", "## Any resource", "", table(sharedRows), ""].join("\n");
}

function table(rows: Rows): string {
  const lines = Object.entries(rows).map(([field, { kind, need, standard, unit, at, meaning }]) => {
    const form = unit === undefined ? kind.form : `${kind.form} ${unit}`;
    const places = [at ?? []].flat().filter(Boolean);
    const left = need === "required" ? "required" : standard === undefined ? "" : shown(standard);
    return [`\`${field}\``, form, left, places.map((place) => `\`${place}\``).join(" or "), meaning];
  });
  return [["field", "value", "left out", "line", "meaning"], Array(5).fill("---"), ...lines]
    .map((cells) => `| ${cells.join(" | ").replaceAll(/ +/g, " ")} |`)
    .join("\n");
}

function shown(standard: unknown): string {
  return Array.isArray(standard) ? "none" : String(standard);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
