/** The ten firewalls whose answers were seen on a real VyOS 1.4; `npm run test:lan` asks all of them. */

import { expect, it, jest } from "@jest/globals";
import { cases, judge } from "./cases.ts";

jest.setTimeout(120_000);

it.each(cases.filter(({ name }) => name.startsWith("seen ")))(
  "up lets the LAN out, or refuses and changes nothing: $name",
  async (one) => {
    expect(await judge(one)).toMatchObject({ right: true, silentOutage: false });
  },
);
