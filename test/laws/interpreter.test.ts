/** The simulator's shell and a real bash run the same script: what they print and how they end is the same. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { undoScript } from "./undo.ts";
import { Wire } from "./wire.ts";

const scripts: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: "if, elif and else",
    text: "for n in 1 2 3; do if [ $n = 1 ]; then echo one; elif [ $n -eq 2 ]; then echo two; else echo many; fi; done",
  },
  {
    name: "until with a counter",
    text: 'n=0\nuntil [ $n -ge 3 ]; do n=$((n + 1)); echo "turn $n"; done; echo $?',
  },
  {
    name: "while, break and continue",
    text: "n=0; while true; do n=$((n+1)); [ $n = 2 ] && continue; [ $n -gt 4 ] && break; echo $n; done",
  },
  {
    name: "and, or and not",
    text: "false || echo a; true || echo never; false || true && echo mixed; true && echo b; ! false && echo c; ! true || echo d; false && echo never; echo $?",
  },
  {
    name: "a status through a pipeline",
    text: "printf 'a\\nb\\nc\\n' | grep -q b; echo $?; printf 'a\\n' | grep -q z; echo $?",
  },
  {
    name: "substitutions and quotes",
    text: 'x=$(printf \'one two\\n\\n\'); for w in $x; do echo "<$w>"; done; for w in "$x"; do echo "<$w>"; done; echo \'$x\' \\$x',
  },
  { name: "nested substitutions", text: 'echo "$(echo "$(echo a b)" c)"; echo $(( (2 + 3) * 4 % 7 ))' },
  { name: "empty expansions", text: `e=; printf "[%s]" a $e "$e" "\${e:-none}" b; echo` },
  {
    name: "arithmetic over variables and commands",
    text: `n=7; echo $(( ($(printf 40) - n) / 3 + $n )) $((n >= 7 && n != 8)) $((-n % 4))`,
  },
  {
    name: "arguments",
    text: 'set_up() { echo "$1/$2/$#"; return 4; }; set_up x y; echo $?; for a in "$@"; do echo "<$a>"; done',
  },
  { name: "an exit in the middle", text: "echo before; (echo inner; exit 3); echo $?; exit 5; echo after" },
  {
    name: "redirections",
    text: "(exec >>DIR/log 2>&1; echo one; { echo two; echo three >&2; }; echo no >/dev/null; nosuch=1); cat DIR/log; cat <DIR/log | head -n 2 >DIR/two; cat DIR/two",
  },
  {
    name: "a group's own redirections",
    text: "{ echo a; echo b >&2; } 2>/dev/null; echo c >DIR/f; echo d >>DIR/f; cat DIR/f; [ -s DIR/f ] && [ -e DIR/f ] && echo there; rm -f DIR/f; [ -e DIR/f ] || echo gone",
  },
  { name: "eval", text: "eval \"$(echo 'v=7; echo evaluated')\"; echo $v" },
  {
    name: "printf over many arguments",
    text: "printf '%s-%d\\n' a 1 b 2; printf '%s pid\\n' 'text with  spaces'",
  },
  { name: "lines joined and comments", text: "echo a \\\n  b # not this\necho 'c # this'" },
  {
    name: "head, tail, wc and test",
    text: "printf '1\\n2\\n3\\n' >DIR/n; head -n 1 DIR/n; tail -n 2 DIR/n; wc -l <DIR/n; if test -z '' && [ a != b ] && [ 2 -lt 3 ]; then echo yes; fi",
  },
  { name: "a missing file", text: 'cat DIR/none 2>/dev/null || echo "status $?"; [ -f DIR/none ]; echo $?' },
];

describe("the simulated shell and bash", () => {
  let simulator: Simulator;
  let wire: Wire;
  let folder: string;
  beforeAll(async () => {
    simulator = await startSimulator();
    wire = await Wire.open(simulator);
    folder = mkdtempSync(join(tmpdir(), "interpreter-"));
  });
  afterAll(async () => {
    wire.close();
    await simulator.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(scripts)("agree on $name", async ({ text }) => {
    const real = spawnSync("bash", ["-c", text.replaceAll("DIR", folder), "script", "arg one", "two"], {
      encoding: "utf8",
    });
    simulator.escapes.length = 0;
    simulator.files.write("/tmp/script", text.replaceAll("DIR", "/tmp"), 0o755);
    await wire.run("rm -f /tmp/log /tmp/two /tmp/n");
    const said = await wire.run("/tmp/script 'arg one' two");
    expect(said).toEqual({ text: `${real.stdout}${real.stderr}`, status: real.status });
    expect(real.stdout.length + (real.status ?? 0)).toBeGreaterThan(0);
    expect(simulator.escapes).toEqual([]);
  });

  it("both accept the undo script", async () => {
    expect(spawnSync("bash", ["-n"], { input: undoScript }).status).toBe(0);
    simulator.files.write("/tmp/script", undoScript);
    expect((await wire.run("bash -n /tmp/script")).status).toBe(0);
  });

  it.each(["if true; then echo x", "echo )", "for x in a; done", "while true; do echo", "fi"])(
    "both refuse the text %s",
    async (text) => {
      expect(spawnSync("bash", ["-n"], { input: text }).status).toBe(2);
      simulator.files.write("/tmp/script", text);
      expect((await wire.run("bash -n /tmp/script")).status).toBe(2);
    },
  );

  it.each([
    ["a program that is not there", "nosuchprogram --x", "nosuchprogram"],
    ["an expansion that is not known", "echo $-", "$-"],
    ["a glob", "echo /tmp/*", "*"],
    ["syntax that is not known", "case x in x) echo;; esac", "case x in x) echo;; esac"],
  ])("records %s in a script as an escape", async (_name, text, recorded) => {
    simulator.escapes.length = 0;
    simulator.files.write("/tmp/script", text, 0o755);
    expect((await wire.run("/tmp/script")).status).not.toBe(0);
    expect(simulator.escapes.join(" ")).toContain(recorded);
  });

  it.each(["echo $HOME", "echo $(id)", "echo `id`", "echo *", "X=$(id)", "echo x >/etc/passwd"])(
    "still records what the wire would expand: %s",
    async (text) => {
      simulator.escapes.length = 0;
      await wire.run(text);
      expect(simulator.escapes).toHaveLength(1);
    },
  );
});
