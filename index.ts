/** The program: stack configuration in, one Uplink out. Every wrong value ends here, at preview, before any router is asked. */

import * as pulumi from "@pulumi/pulumi";
import { givenOf } from "./config/given.ts";
import { routerSettings } from "./config/router-settings.ts";
import { InvalidValue } from "./errors.ts";
import { inWords, Uplink } from "./providers/uplink.ts";
import { credentialsOf } from "./router/wire/login.ts";
import { lineOf } from "./uplink/line.ts";

function declare(): Record<string, unknown> {
  const given = givenOf(pulumi.runtime.allConfig(), pulumi.getProject());
  refusePlainPassword("routerPassword", Boolean(given.routerPassword));
  refusePlainPassword("routers", /"password":/.test(String(given.routers)));
  credentialsOf(routerSettings(given).ssh.login);
  const declared = new Uplink("uplink", given);
  const { config } = declared;
  const line = lineOf(config);
  for (const warning of line?.warnings ?? []) void pulumi.log.warn(warning);
  return {
    uplink: config.uplink,
    ipv4: line?.ipv4 ?? null,
    psid: line?.psid ?? null,
    portBlocks: line?.portBlocks?.map(([from, to]) => `${from}-${to}`) ?? null,
    ceAddress: line?.ceAddress ?? null,
    borderRelay: line?.borderRelay ?? null,
    lastCommit: declared.lastCommit,
    saved: declared.saved,
    verifiedFrom: declared.verifiedFrom,
  };
}

/** A password set without --secret would lie in the stack's files as plain text. */
function refusePlainPassword(key: string, holdsOne: boolean): void {
  const secrets: unknown = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]");
  const isSecret = Array.isArray(secrets) && secrets.includes(`${pulumi.getProject()}:${key}`);
  if (!holdsOne || isSecret) return;
  const where = key === "routers" ? "--path routers.NAME.password" : key;
  throw new InvalidValue(
    key,
    "(not shown)",
    "is not stored as a secret",
    `pulumi config set --secret ${where}`,
  );
}

export const { uplink, ipv4, psid, portBlocks, ceAddress, borderRelay, lastCommit, saved, verifiedFrom } =
  inWords(declare);
