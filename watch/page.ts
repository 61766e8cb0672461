/**
 * The status page: one HTML text with an inline drawing, no script, nothing from elsewhere. Pure. Every text from outside is
 * escaped, for the router's own words stand here too.
 */

import { createHash } from "node:crypto";
import { type Chain, chainOf } from "./chain.ts";
import { drawChain } from "./draw-chain.ts";
import { drawPorts } from "./draw-ports.ts";
import { escapeText } from "./escape.ts";
import { portsInUse, portsOwned, type Snapshot } from "./snapshot.ts";

const style = `
:root { color-scheme: light dark; --ok: #1a7f37; --broken: #d1242f; --dim: #8c959f; --text: #1f2328; --back: #fff; }
@media (prefers-color-scheme: dark) { :root { --ok: #3fb950; --broken: #f85149; --text: #e6edf3; --back: #0d1117; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
svg { width: 100%; height: auto; }
svg text { fill: var(--text); font: 13px system-ui, sans-serif; text-anchor: middle; }
.node { fill: var(--back); stroke: var(--text); stroke-width: 1.5; }
.link { stroke-width: 4; } .link.ok { stroke: var(--ok); } .link.broken { stroke: var(--broken); stroke-dasharray: 9 6; }
.link.behind, .link.unknown { stroke: var(--dim); stroke-dasharray: 2 6; }
.good { color: var(--ok); } .bad { color: var(--broken); }
.port { fill: none; stroke: var(--dim); } .port.used { fill: var(--ok); stroke: var(--ok); }
svg text.left { text-anchor: end; font-size: 11px; }
li, td { overflow-wrap: anywhere; } code { font-size: .9em; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .2rem .6rem .2rem 0; vertical-align: top; }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** Only the style element above may apply; nothing is fetched, run, framed or sent from the page. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function pageText(snapshot: Snapshot): string {
  const body =
    snapshot.look === undefined ? waiting : [...head(snapshot), ...causes(snapshot), ...ports(snapshot)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${Math.max(5, Math.round(snapshot.everySeconds))}">
<title>uplink</title>
<style>${style}</style>
</head>
<body>
${body.join("\n")}
</body>
</html>
`;
}

const waiting = ["<h1>The router has not been read yet</h1>"];

function head({ look }: Snapshot): string[] {
  if (look === undefined) return [];
  const { observation, diagnosis, uplink, at, seconds } = look;
  const words = { healthy: "healthy", broken: "broken", unclear: "not settled", unreachable: "not reached" };
  const tone = observation.kind === "healthy" && diagnosis.healthy ? "good" : "bad";
  const read = `read <time datetime="${iso(at)}">${iso(at)}</time> in ${seconds} s`;
  return [
    `<h1>Uplink <b id="uplink">${uplink}</b>: <b id="health" class="${tone}">${words[observation.kind]}</b></h1>`,
    `<p>${read}, ${diagnosis.checks.filter(({ verdict }) => verdict !== "skipped").length} checks</p>`,
    drawChain(chainOf(diagnosis, uplink)),
  ];
}

function causes({ look }: Snapshot): string[] {
  if (look === undefined || look.diagnosis.causes.length === 0) return [];
  const { beside }: Chain = chainOf(look.diagnosis, look.uplink);
  const items = look.diagnosis.causes.map((cause) => {
    const where = beside.includes(cause) ? ", beside the way" : "";
    return `<li><b>${escapeText(cause.title)}</b> [${escapeText(cause.code)}]${where}<br>${escapeText(cause.measured)}<br>remedy: <code>${escapeText(cause.remedy)}</code></li>`;
  });
  return ["<h2>What is wrong</h2>", `<ul id="causes">${items.join("")}</ul>`];
}

function ports({ look }: Snapshot): string[] {
  const used = look && portsInUse(look);
  if (look?.portUse === undefined || used === undefined || look.ownPorts.length === 0) return [];
  const text = `${used} of ${portsOwned(look)} ports in use (${look.portUse.tcp.length} TCP, ${look.portUse.udp.length} UDP)`;
  return ["<h2>Ports</h2>", `<p id="ports">${text}</p>`, drawPorts(look.ownPorts, look.portUse)];
}

function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
