import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { engineEnvironment, findEngine } from "../../../providers/find/find.ts";
import { pinnedVersion } from "../../../providers/find/project.ts";

const VERSION = "3.259.0";

let root: string;
let lines: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "engine-room-"));
  lines = [];
  place("package.json", JSON.stringify({ dependencies: { "@pulumi/pulumi": VERSION } }, null, 2));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the finding order", () => {
  test("a pulumi on PATH comes before the cache", async () => {
    cached();
    pulumi("bin", VERSION);
    host("bin");
    expect(await find()).toMatchObject({
      source: "path",
      command: join(root, "bin/pulumi"),
      version: VERSION,
    });
    expect(lines).toEqual([]);
  });

  test("npm's wrapper on PATH is no engine, and is not started", async () => {
    cached();
    place("node_modules/.bin/pulumi", `#!/bin/sh\ntouch ${root}/started\n`);
    host("node_modules/.bin");
    expect((await find()).source).toBe("cached");
    expect(existsSync(join(root, "started"))).toBe(false);
  });

  test.each([
    ["of another major version", "2.1.0", true, "its version is 2.1.0"],
    ["older than the SDK", "3.100.0", true, "its version is 3.100.0"],
    ["that does not answer", "", true, "it does not answer"],
    ["without a language host", VERSION, false, "it has no pulumi-language-nodejs"],
  ])("a pulumi %s is passed over, and named", async (_what, version, hasHost, why) => {
    cached();
    pulumi("bin", version);
    if (hasHost) host("bin");
    expect((await find()).source).toBe("cached");
    expect(lines).toEqual([`${join(root, "bin/pulumi")} is passed over: ${why}`]);
  });

  test("the cache comes before the vendor, and its helpers are put right", async () => {
    cached();
    place(`cache/vyos-uplink/engine-${VERSION}/pulumi-language-nodejs`, "old");
    wrapper("throw new Error('must not run')");
    const engine = await find();
    expect(engine).toMatchObject({ source: "cached", version: VERSION });
    const helper = readFileSync(join(dirname(engine.command), "pulumi-language-nodejs"), "utf8");
    expect(helper).toContain(`"\${VYOS_UPLINK_HOST:-$root/providers/find/language-host.ts}" "$@"`);
    expect(helper).not.toContain(root);
  });

  test("the vendor's download comes before a build", async () => {
    go("exit 1");
    const folder = join(root, "home/.pulumi/versions", VERSION, "bin");
    wrapper(
      `const fs = require("fs"); fs.mkdirSync("${folder}", { recursive: true });` +
        `fs.writeFileSync("${folder}/pulumi", "#!/bin/sh\\necho v" + process.env.PULUMI_VERSION, { mode: 0o755 });`,
    );
    expect(await find()).toMatchObject({ source: "vendor", command: join(folder, "pulumi") });
    expect(lines).toEqual([`downloading the Pulumi engine ${VERSION} from its vendor`]);
  });

  test("a download already there is taken without a word", async () => {
    pulumi(`home/.pulumi/versions/${VERSION}/bin`, VERSION);
    expect((await find()).source).toBe("vendor");
    expect(lines).toEqual([]);
  });
});

describe("the build", () => {
  test("follows a download that failed, and the failure is told", async () => {
    wrapper("console.error('pulumi: fetch failed'); process.exit(1)");
    go(BUILDS);
    expect(await find()).toMatchObject({ source: "built", version: VERSION });
    expect(lines).toContain("the vendor's download failed: pulumi: fetch failed");
    expect((await find()).source).toBe("cached");
  });

  test("follows a download that fell silent", async () => {
    wrapper("setInterval(() => {}, 1000)");
    go(BUILDS);
    expect((await find(300)).source).toBe("built");
    expect(lines).toContain("the vendor's download failed: nothing came for 0.3 s");
  });

  test("asks for the pinned version, and tells the engine its version", async () => {
    go(`cp go.mod ${root}/asked; echo "$@" > ${root}/arguments\n${BUILDS}`);
    await find();
    expect(readFileSync(join(root, "asked"), "utf8")).toContain(
      `require github.com/pulumi/pulumi/pkg/v3 v${VERSION}`,
    );
    expect(readFileSync(join(root, "arguments"), "utf8")).toContain(`version.Version=v${VERSION}`);
  });

  test("runs once for two who want it", async () => {
    go(`echo built >> ${root}/builds\nsleep 0.3\n${BUILDS}`);
    const both = await Promise.all([find(), find()]);
    expect(both.map((engine) => engine.source)).toEqual(["built", "built"]);
    expect(readFileSync(join(root, "builds"), "utf8")).toBe("built\n");
  });

  test("takes the lock of a process that is gone, and sweeps what it left", async () => {
    place(`cache/vyos-uplink/engine-${VERSION}.lock`, "999999999");
    place(`cache/vyos-uplink/engine-${VERSION}.partial-999999999/pulumi`, "half");
    go(BUILDS);
    expect((await find()).source).toBe("built");
    expect(existsSync(join(root, `cache/vyos-uplink/engine-${VERSION}.partial-999999999`))).toBe(false);
    expect(existsSync(join(root, `cache/vyos-uplink/engine-${VERSION}.lock`))).toBe(false);
  });

  test("that fails leaves nothing, and says what to install", async () => {
    go("echo 'proxy: forbidden' >&2; exit 1");
    await expect(find()).rejects.toMatchObject({
      code: "ENGINE_NOT_FOUND",
      message: expect.stringMatching(/proxy: forbidden[\s\S]*install Pulumi 3\.259\.0/),
    });
    expect(existsSync(join(root, `cache/vyos-uplink/engine-${VERSION}`))).toBe(false);
  });

  test("without Go says so", async () => {
    await expect(find()).rejects.toThrow("go is not installed");
  });
});

test("the engine's environment puts the project's node first, then the engine's folder", async () => {
  cached();
  const engine = await find();
  const path = engineEnvironment(engine).PATH?.split(delimiter) ?? [];
  expect(path.slice(0, 2)).toEqual([join(root, "node_modules/.bin"), dirname(engine.command)]);
  expect(engineEnvironment(engine)).toMatchObject({
    VYOS_UPLINK_ROOT: root,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
});

test.each([
  { name: "is the user's cache", given: {}, is: join("/cache", "vyos-uplink", "compiled") },
  { name: "may be another, by the environment", given: { NODE_COMPILE_CACHE: "/else" }, is: "/else" },
])("where Node keeps compiled modules $name", ({ given, is }) => {
  const before = process.env;
  process.env = { ...before, NODE_COMPILE_CACHE: undefined, XDG_CACHE_HOME: "/cache", ...given };
  if (process.env.NODE_COMPILE_CACHE === undefined) delete process.env.NODE_COMPILE_CACHE;
  try {
    const engine = { command: "pulumi", env: {}, source: "path", version: VERSION } as const;
    expect(engineEnvironment(engine).NODE_COMPILE_CACHE).toBe(is);
  } finally {
    process.env = before;
  }
});

test("a version that is a range is refused", () => {
  place("package.json", '{ "dependencies": { "@pulumi/pulumi": "^3.259.0" } }');
  expect(() => pinnedVersion(root)).toThrow("names no exact version");
});

/** What a Go that works does, as far as the finder can see: the file after -o appears. */
const BUILDS = `while [ "$1" != -o ]; do shift; done\nprintf '#!/bin/sh\\n' > "$2"; chmod +x "$2"`;

/** `silenceMs`: longer than a loaded machine needs to start a Node, unless the silence itself is the matter. */
function find(silenceMs = 30_000) {
  return findEngine((line) => lines.push(line), {
    root,
    environment: {
      HOME: join(root, "home"),
      XDG_CACHE_HOME: join(root, "cache"),
      PATH: [join(root, "node_modules/.bin"), join(root, "bin"), join(root, "tools")].join(delimiter),
    },
    silenceMs,
  });
}

function cached(): void {
  pulumi(`cache/vyos-uplink/engine-${VERSION}`, VERSION);
}

function pulumi(folder: string, version: string): void {
  place(`${folder}/pulumi`, version === "" ? "#!/bin/sh\nexit 1\n" : `#!/bin/sh\necho v${version}\n`);
}

function host(folder: string): void {
  place(`${folder}/pulumi-language-nodejs`, "#!/bin/sh\n");
}

function wrapper(script: string): void {
  place("node_modules/pulumi/run.js", script);
}

function go(script: string): void {
  place("tools/go", `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
}

function place(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
}
