/** What `import ... from "vyos-uplink"` gives a program of one's own. */

export * from "./resources.ts";
export { Uplink } from "./uplink.ts";
