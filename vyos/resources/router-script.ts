/**
 * One script below /config/scripts, which VyOS keeps over reboots and image upgrades (vyos-documentation:
 * automation/command-scripting). Pure. The text is a program and is taken as it is; the name is not.
 */

import { InvalidValue } from "../../errors.ts";
import { text } from "./kinds.ts";
import { withMarker } from "./owned-file.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { optional, required } from "./row.ts";

/** The folder that VyOS keeps for its owner's scripts. */
export const scriptFolder = "/config/scripts";

/** Its table translates before any NAT rule of the configuration is met. */
export const translatingScript = "vyos-uplink-napt";

/** It asks for the DHCPv6 lease of the interface that is its argument. */
export const leaseGuardScript = "vyos-uplink-lease-guard";

const argument = text("one word", parseArgument);

export const routerScript = resource({
  label: "RouterScript",
  meaning: "a script that the router keeps and runs",
  owns: `a file below ${scriptFolder}`,
  keys: {
    name: required(text("name, or a hook", parseName), {
      meaning: "uplink-check, or commit/post-hooks.d/50-uplink",
    }),
  },
  fields: {
    text: required(text("script", parseScript), { meaning: "begins with #! and the interpreter" }),
    start: optional(argument, {
      meaning: "the argument to run it with, as root, once it is in place; a change in place runs it again",
    }),
    stop: optional(argument, {
      meaning: "the argument to run it with, as root, before it is taken away",
    }),
  },
  paths: ({ name }) => [[`${scriptFolder}/${name}`]],
  nodes: () => [],
  files: (script) => [
    {
      kind: "script",
      path: `${scriptFolder}/${script.name}`,
      text: withMarker(script.text),
      start: script.start,
      stop: script.stop,
    },
  ],
});

export type RouterScriptArgs = ArgsOf<typeof routerScript>;

/** Hooks are run by run-parts, which passes over a name with anything but letters, digits, _ and - (run-parts(8)). */
function parseName(field: string, name: string): string {
  const hook = /^commit\/(?:pre|post)-hooks\.d\/[A-Za-z0-9_-]{1,60}$/;
  if (hook.test(name) || /^[A-Za-z0-9_][A-Za-z0-9._-]{0,59}$/.test(name)) return name;
  const reason = "is no name of a script: letters, digits, . _ and -, or a hook below commit/post-hooks.d/";
  throw new InvalidValue(
    field,
    name,
    reason,
    "write a name such as uplink-check, or commit/post-hooks.d/50-x",
  );
}

/** 64 KiB is more than a router's script has reason for, and well within what one line of a shell may hold. */
const longest = 65_536;

function parseScript(field: string, script: string): string {
  const shown = script.split("\n")[0]?.slice(0, 60) ?? "";
  if (!/^#!\/\S/.test(script)) {
    throw new InvalidValue(field, shown, "names no interpreter", "begin the text with #!/bin/sh");
  }
  if ([...script].some((char) => char < " " && char !== "\n" && char !== "\t")) {
    const reason = "holds a control character";
    throw new InvalidValue(field, shown, reason, "use lines that end in a newline alone");
  }
  if (script.length > longest) {
    throw new InvalidValue(field, shown, `has ${script.length} characters`, `write at most ${longest}`);
  }
  return script.endsWith("\n") ? script : `${script}\n`;
}

function parseArgument(field: string, word: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(word)) return word;
  throw new InvalidValue(field, word, "is not one plain argument", "write one word, such as start");
}
