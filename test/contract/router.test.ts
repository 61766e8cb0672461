/** The contract on simulated routers, and on a real one where VYOS_TEST_HOST names it (docs/your-router.md). */

import { routerSettings as settingsOf } from "../../config/router-settings.ts";
import { routerSettings } from "../router/lab.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { routerContract } from "./contract.ts";

for (const version of ["1.4", "rolling"] as const) {
  routerContract(`a simulated router, VyOS ${version}`, async () => {
    const simulator = await startSimulator({ version, secondsPerSecond: 10 });
    return {
      settings: routerSettings(simulator),
      dummy: "dum9",
      wait: (seconds) => simulator.advance(seconds),
      stop: () => simulator.stop(),
    };
  });
}

const { env } = process;

if (env.VYOS_TEST_HOST) {
  const given: Readonly<Record<string, string | undefined>> = {
    routerHost: env.VYOS_TEST_HOST,
    routerPort: env.VYOS_TEST_PORT,
    routerUser: env.VYOS_TEST_USER,
    routerHostKey: env.VYOS_TEST_HOST_KEY,
    routerPrivateKeyFile: env.VYOS_TEST_KEY,
    routerPassword: env.VYOS_TEST_PASSWORD,
  };
  routerContract(`the router at ${env.VYOS_TEST_HOST}`, async () => ({
    settings: settingsOf(given),
    dummy: env.VYOS_TEST_DUMMY ?? "dum9",
    wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    stop: async () => {},
  }));
}
