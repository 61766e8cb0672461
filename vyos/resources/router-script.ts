/**
 * One script below /config/scripts, which VyOS keeps over reboots and image upgrades (vyos-documentation:
 * automation/command-scripting). Pure. The text is a program and is taken as it is; the name is not.
 */

import { InvalidValue } from "../../errors.ts";
import { type Inputs, optional, requiredText } from "./inputs.ts";
import { type OwnedFile, withMarker } from "./owned-file.ts";
import type { ResourceModel } from "./resource.ts";

export interface RouterScriptArgs {
  /** uplink-check, or a hook: commit/post-hooks.d/50-uplink. */
  readonly name: string;
  /** Begins with #! and the interpreter. */
  readonly text: string;
  /** The argument to run it with, as root, once it is in place; a change in place runs it again. */
  readonly start?: string;
  /** The argument to run it with, as root, before it is taken away. */
  readonly stop?: string;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export interface RouterScriptValue {
  readonly name: string;
  readonly text: string;
  readonly start: string | undefined;
  readonly stop: string | undefined;
}

/** The folder that VyOS keeps for its owner's scripts. */
export const scriptFolder = "/config/scripts";

export const routerScriptModel: ResourceModel<RouterScriptValue> = {
  identity: ["name"],
  id: ({ name }) => `${scriptFolder}/${name}`,
  parse: (inputs) => ({
    name: parseName("name", requiredText(inputs, "name")),
    text: parseText("text", requiredText(inputs, "text")),
    start: parseArgument(inputs, "start"),
    stop: parseArgument(inputs, "stop"),
  }),
  nodes: () => [],
  files: ({ name, text, start, stop }): OwnedFile[] => [
    { kind: "script", path: `${scriptFolder}/${name}`, text: withMarker(text), start, stop },
  ],
};

/** Hooks are run by run-parts, which passes over a name with anything but letters, digits, _ and - (run-parts(8)). */
function parseName(field: string, text: string): string {
  const hook = /^commit\/(?:pre|post)-hooks\.d\/[A-Za-z0-9_-]{1,60}$/;
  if (hook.test(text) || /^[A-Za-z0-9_][A-Za-z0-9._-]{0,59}$/.test(text)) return text;
  const reason = "is no name of a script: letters, digits, . _ and -, or a hook below commit/post-hooks.d/";
  throw new InvalidValue(
    field,
    text,
    reason,
    "write a name such as uplink-check, or commit/post-hooks.d/50-x",
  );
}

/** 64 KiB is more than a router's script has reason for, and well within what one line of a shell may hold. */
const longest = 65_536;

function parseText(field: string, text: string): string {
  const shown = text.split("\n")[0]?.slice(0, 60) ?? "";
  if (!/^#!\/\S/.test(text)) {
    throw new InvalidValue(field, shown, "names no interpreter", "begin the text with #!/bin/sh");
  }
  if ([...text].some((char) => char < " " && char !== "\n" && char !== "\t")) {
    const reason = "holds a control character";
    throw new InvalidValue(field, shown, reason, "use lines that end in a newline alone");
  }
  if (text.length > longest) {
    throw new InvalidValue(field, shown, `has ${text.length} characters`, `write at most ${longest}`);
  }
  return text.endsWith("\n") ? text : `${text}\n`;
}

function parseArgument(inputs: Inputs, name: string): string | undefined {
  return optional(inputs, name, (field, text) => {
    if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(text)) return text;
    throw new InvalidValue(field, text, "is not one plain argument", "write one word, such as start");
  });
}
