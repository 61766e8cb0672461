/**
 * The engine's own floor: as many dynamic resources as the uplink has, created, changed, read and deleted by a provider that
 * does nothing. What a run of these takes, no program on this engine can undercut.
 */

import * as pulumi from "@pulumi/pulumi";

/** One object for all, so that the SDK makes its text once. */
const nothing: pulumi.dynamic.ResourceProvider = {
  check: async (_olds, news) => ({ inputs: news }),
  diff: async (_id, olds, news) => ({ changes: olds.state !== news.state }),
  create: async (inputs) => ({ id: "nothing", outs: inputs }),
  update: async (_id, _olds, news) => ({ outs: news }),
  read: async (id, props) => ({ id: id ?? "nothing", props: props ?? {} }),
  delete: async () => {},
};

class Nothing extends pulumi.dynamic.Resource {
  constructor(name: string, state: string, options: pulumi.CustomResourceOptions) {
    super(nothing, name, { state }, options);
  }
}

/** The uplink's objects by number: in mape four more than in wxr, and the default route changes with the mode. */
const besideDefaultRoute = { wxr: 1, mape: 5 };

export function declareNothing(further: number): void {
  const uplink = new pulumi.Config().require("uplink") === "mape" ? "mape" : "wxr";
  const parent = new pulumi.ComponentResource("bench:nothing:Uplink", "uplink");
  for (let index = 0; index < besideDefaultRoute[uplink]; index += 1) {
    new Nothing(`object-${index}`, "", { parent });
  }
  new Nothing("default-route", uplink, { parent });
  for (let index = 0; index < further; index += 1) new Nothing(`further-${index}`, "", {});
}
