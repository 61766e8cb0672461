/** Remedies that more than one check names. Pure. */

/** The refresh is what makes the engine see a router that drifted. */
export const up = "npm run pulumi -- up --refresh";

/** For what is configured and yet not in the kernel: only a commit that changes the node makes VyOS apply it again. */
export function anew(path: string): string {
  return `configure; delete ${path}; commit; exit; then ${up}`;
}
