/** How many End-user prefixes a second are turned into a line: rule looked up, address, PSID and ports worked out. */

import { derive } from "../../mape/derive.ts";
import { findServiceLine } from "../../mape/services.ts";
import { median } from "./statistics.ts";

const service = "biglobe";
/** Five rounds, of which the median counts. */
const rounds = 5;

/** Derivations a second of BIGLOBE's /56 prefixes, each another customer; the first round warms up and does not count. */
export function measureDerivations(roundSeconds: number): number {
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round += 1) rates.push(rateOf(roundSeconds));
  return median(rates.slice(1));
}

function rateOf(seconds: number): number {
  const started = performance.now();
  let derived = 0;
  let spent = 0;
  while (spent < seconds * 1000) {
    for (let customer = 0; customer < 100; customer += 1) deriveLine(derived + customer);
    derived += 100;
    spent = performance.now() - started;
  }
  return (derived * 1000) / spent;
}

function deriveLine(customer: number): void {
  const prefix = `2404:7a82:${((customer >> 8) & 0xffff).toString(16)}:${((customer & 0xff) << 8).toString(16)}::/56`;
  const { portCount } = derive(findServiceLine(prefix, service).rule, prefix);
  if (portCount !== 240) throw new Error(`${prefix} has ${portCount} ports`);
}
