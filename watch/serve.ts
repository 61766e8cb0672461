/**
 * Page and metrics over HTTP on loopback: whoever is on this machine may read them, nobody else, and nothing can be changed
 * by them. A web page elsewhere cannot reach them by a name of its own that points here: the Host must be loopback's.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { metricsText, metricsType } from "./metrics.ts";
import { pagePolicy, pageText } from "./page.ts";
import type { Snapshot } from "./snapshot.ts";

const loopback = "127.0.0.1";

export type Route = "/" | "/metrics";

export interface Served {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Port 0 takes any free one. */
export async function serve(
  port: number,
  routes: readonly Route[],
  current: () => Snapshot,
): Promise<Served> {
  const server = createServer((request, response) => answer(request, response, routes, current));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, loopback, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

function answer(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[],
  current: () => Snapshot,
): void {
  const path = (url ?? "").split("?")[0];
  const route = routes.find((one) => one === path);
  const status = !isLoopback(headers.host)
    ? 421
    : method !== "GET" && method !== "HEAD"
      ? 405
      : route
        ? 200
        : 404;
  const common = { "x-content-type-options": "nosniff", "cache-control": "no-store" };
  if (status !== 200 || route === undefined) {
    response.writeHead(status, { ...common, "content-type": "text/plain; charset=utf-8" }).end(`${status}\n`);
    return;
  }
  const page = route === "/";
  const type = page ? "text/html; charset=utf-8" : metricsType;
  const policy = page ? { "content-security-policy": pagePolicy, "referrer-policy": "no-referrer" } : {};
  const text = page ? pageText(current()) : metricsText(current());
  response.writeHead(200, { ...common, ...policy, "content-type": type }).end(method === "HEAD" ? "" : text);
}

function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?$/.test(host);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
