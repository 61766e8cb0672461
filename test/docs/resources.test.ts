import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { resourcesPage } from "../../docs/resources-page.ts";

const page = join(__dirname, "../../docs/resources.md");

/** UPDATE=1 rewrites the page. */
it("docs/resources.md says what the rows of the resources say", () => {
  if (process.env.UPDATE) writeFileSync(page, resourcesPage());
  expect(readFileSync(page, "utf8")).toBe(resourcesPage());
});

it("resourcesPage() has a row for each field, with its unit, its default and its place", () => {
  expect(resourcesPage()).toContain("| `mtu` | 68-16000 octets | 1460 | `mtu` | largest inner packet |");
  expect(resourcesPage()).toContain("| `number` | 1-999999 | required |");
});
