/** The name by which states of 0.1.0 call the verbs: a refresh or a deletion runs the text that the state holds. */

export { check, create, diff, read, remove, setup, update } from "./verbs.ts";
