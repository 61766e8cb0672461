/**
 * The programs of the simulated router by name: one table out of several, each of one idea. It must never see
 * shell syntax.
 */

import type { Machine } from "../system/machine.ts";
import { conditionPrograms } from "./conditions.ts";
import { configurationPrograms } from "./configuration-programs.ts";
import { filePrograms } from "./file-programs.ts";
import { networkPrograms } from "./network-programs.ts";
import { observationPrograms } from "./observation-programs.ts";
import type { Programs } from "./program.ts";
import { systemPrograms } from "./system-programs.ts";
import { textPrograms } from "./text-programs.ts";
import { unitPrograms } from "./unit-programs.ts";

export function programsOf(machine: Machine): Programs {
  return {
    ...textPrograms,
    ...conditionPrograms(machine),
    ...filePrograms(machine),
    ...systemPrograms(machine),
    ...networkPrograms(machine),
    ...observationPrograms(machine),
    ...unitPrograms(machine),
    ...configurationPrograms(machine),
  };
}
