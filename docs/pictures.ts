/** Every picture of the documentation, by its file, drawn from what the project is now. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseUplink, type UplinkObjects } from "../uplink/objects.ts";
import { drawRooms } from "./draw-rooms.ts";
import { drawSwitch } from "./draw-switch.ts";
import { readRooms } from "./rooms.ts";

export function drawAll(root: string): ReadonlyMap<string, string> {
  return new Map([
    ["docs/architecture.svg", drawRooms(readRooms(root))],
    ["docs/switch.svg", drawSwitch(home(root, "wxr"), home(root, "mape"))],
  ]);
}

/** The home stack is a flat list of keys. */
function home(root: string, uplink: "wxr" | "mape"): UplinkObjects {
  const lines = readFileSync(join(root, "Pulumi.home.yaml"), "utf8").matchAll(
    /^ {2}vyos-uplink:(\w+): "?([^"\n]+)"?$/gm,
  );
  const config = new Map([...lines].map(([, key = "", value = ""]) => [key, value]));
  return parseUplink((key) => (key === "uplink" ? uplink : config.get(key)));
}
