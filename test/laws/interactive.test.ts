import { afterAll, beforeAll, expect, it, test } from "@jest/globals";
import ssh2, { type ClientChannel } from "ssh2";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

const operatorPrompt = "\x1b]0;vyos@vyos: ~\x07vyos@vyos:~$ ";
const configurePrompt = "[edit]\r\r\nvyos@vyos# ";
let simulator: Simulator;
let client: ssh2.Client;
let terminal: ClientChannel;
let received = "";

/** What came after the echo of the line, the prompt included. */
async function type(line: string, ends: string): Promise<string> {
  received = "";
  terminal.write(`${line}\r`);
  await until(() => received.endsWith(ends) && received.length > `${line}\r\n`.length);
  expect(received.startsWith(`${line}\r\n`)).toBe(true);
  return received.slice(`${line}\r\n`.length);
}

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise<void>((resolve) => terminal.once("data", () => resolve()));
}

beforeAll(async () => {
  simulator = await startSimulator();
  const { host, port, user: username, password } = simulator;
  client = new ssh2.Client();
  terminal = await new Promise<ClientChannel>((resolve, reject) => {
    client.once("error", reject);
    client.once("ready", () => {
      client.shell({ term: "xterm" }, (error, channel) => (error ? reject(error) : resolve(channel)));
    });
    client.connect({ host, port, username, password });
  });
  terminal.on("data", (bytes: Buffer) => {
    received += bytes.toString("utf8");
  });
  await until(() => received.endsWith(operatorPrompt));
});

afterAll(async () => {
  expect(simulator.escapes).toEqual([]);
  client.end();
  await new Promise<void>((resolve) => client.once("close", () => resolve()));
  await simulator.stop();
});

test("an unknown word in operator mode is an invalid command, byte for byte as recorded", async () => {
  expect(await type("bogus", operatorPrompt)).toBe(`\r\n  Invalid command: [bogus]\r\n\r\n${operatorPrompt}`);
});

test("configure changes the prompt", async () => {
  expect(await type("configure", configurePrompt)).toBe(configurePrompt);
});

it.each([
  {
    name: "refuses a name with the pager around the reason",
    line: "set interfaces tunnel mape encapsulation ipip6",
    says: "\x1b[?1h\x1b=\r\x1b[m\r\n  \x1b[m\r\n  \x1b[m\r\n  tunnel interface must be named tunN\x1b[m\r\n  Value validation failed\x1b[m\r\n  Set failed\x1b[m\r\n\x1b[m\r\n\r\x1b[K\x1b[?1l\x1b>",
  },
  {
    name: "says that there is nothing to delete",
    line: "delete interfaces tunnel tun5",
    says: "\x1b[?1h\x1b=\r\x1b[m\r\n  Nothing to delete (the specified node does not exist)\x1b[m\r\n\x1b[m\r\n\r\x1b[K\x1b[?1l\x1b>",
  },
  { name: "takes a value without a word", line: "set interfaces dummy dum7 address 10.7.7.7/32", says: "" },
  {
    name: "does not leave with changes",
    line: "exit",
    says: "Cannot exit: configuration modified.\r\nUse 'exit discard' to discard the changes and exit.\r\n",
  },
])("a terminal in configure mode $name, byte for byte as recorded", async ({ line, says }) => {
  expect(await type(line, configurePrompt)).toBe(`${says}${configurePrompt}`);
});

test("commit, save and exit change the router, its saved file and the prompt", async () => {
  const { commits } = simulator.counters;
  const line = "set interfaces dummy dum7 address '10.7.7.7/32'";
  expect(await type("compare", configurePrompt)).toContain("+ interfaces dummy dum7 address");
  expect(await type("commit", configurePrompt)).toBe(configurePrompt);
  expect(simulator.counters.commits).toBe(commits + 1);
  expect(simulator.running()).toContain(line);
  expect(simulator.saved()).not.toContain(line);
  expect(await type("compare saved", configurePrompt)).toContain("+ interfaces dummy dum7 address");
  expect(await type("save", configurePrompt)).toContain("Done\r\n");
  expect(simulator.saved()).toContain(line);
  expect(await type("commit", configurePrompt)).toBe(
    `No configuration changes to commit\r\n${configurePrompt}`,
  );
  expect(await type("exit", operatorPrompt)).toBe(`exit\r\n${operatorPrompt}`);
});
