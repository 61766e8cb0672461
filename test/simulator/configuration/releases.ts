/** What tells one simulated release from another: version.json, and the comment at the end of a saved file. */
import type { Version } from "./schema.ts";

const common = {
  flavor: "generic",
  built_by: "lab",
  build_uuid: "00000000-0000-0000-0000-000000000000",
};
const links = { bugtracker_url: "", documentation_url: "", project_news_url: "", boot_via: "livecd" };

export const versions = {
  "1.4": {
    version: "1.4-lab-sagitta-2024-10-17",
    ...common,
    built_on: "Mon 23 Nov 2026 21:30 UTC",
    build_git: "c3f688653",
    build_branch: "sagitta",
    release_train: "sagitta",
    architecture: "amd64",
    build_type: "release",
    build_comment: "lab build from stored snapshot",
    ...links,
  },
  rolling: {
    version: "1.5-lab-rolling-2026-02-13",
    ...common,
    built_on: "Fri 13 Feb 2026 21:30 UTC",
    build_git: "984f41dca",
    build_branch: "current",
    release_train: "current",
    architecture: "amd64",
    build_type: "development",
    build_comment: "lab build from stored snapshot",
    ...links,
  },
};

const components = {
  "1.4": "bgp@5:config-management@1:conntrack@5:interfaces@32:nat@8:ssh@2:system@27",
  rolling: "bgp@6:config-management@1:conntrack@6:interfaces@33:nat@8:ssh@3:system@29",
};

const trailer = (version: Version): string =>
  [
    "// Warning: Do not remove the following line.",
    `// vyos-config-version: "${components[version]}"`,
    `// Release version: ${versions[version].version}`,
  ].join("\n");

export const trailers = { "1.4": trailer("1.4"), rolling: trailer("rolling") };
