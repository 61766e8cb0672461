/**
 * The programs of the simulated router by name: one table out of several, each of one idea. It must never see
 * shell syntax.
 */

import type { Programs } from "../system/program.ts";
import { commitProgram } from "./commit-program.ts";
import { conditionPrograms } from "./conditions.ts";
import { configurationPrograms } from "./configuration-programs.ts";
import type { Devices } from "./devices.ts";
import { filePrograms } from "./file-programs.ts";
import { filterPrograms } from "./filters.ts";
import { networkPrograms } from "./network-programs.ts";
import { observationPrograms } from "./observation-programs.ts";
import { systemPrograms } from "./system-programs.ts";
import { textPrograms } from "./text-programs.ts";
import { unitPrograms } from "./unit-programs.ts";

export function programsOf(devices: Devices): Programs {
  return {
    ...textPrograms,
    ...conditionPrograms(devices),
    ...filePrograms(devices),
    ...filterPrograms(devices),
    ...systemPrograms(devices),
    ...networkPrograms(devices),
    ...observationPrograms(devices),
    ...unitPrograms(devices),
    ...configurationPrograms(devices),
    "/opt/vyatta/sbin/my_commit": commitProgram(devices),
  };
}
