import { describe, expect, test } from "@jest/globals";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import {
  engineAddress,
  programArguments,
  programEnvironment,
  programVerdict,
} from "../../../providers/find/language-host.ts";

function request() {
  const info = new language.ProgramInfo().setRootDirectory("/p").setProgramDirectory("/p").setEntryPoint(".");
  const run = new language.RunRequest().setMonitorAddress("127.0.0.1:1").setProject("vyos").setStack("home");
  return run.setInfo(info).setParallel(8);
}

test("the program is started in the words of cmd/run, without empty options", () => {
  expect(programArguments(request(), "127.0.0.1:2")).toEqual([
    "--monitor=127.0.0.1:1",
    "--engine=127.0.0.1:2",
    "--project=vyos",
    "--stack=home",
    "--root-directory=/p",
    "--pwd=/p",
    "--parallel=8",
    ".",
  ]);
});

test("a preview is a dry run", () => {
  expect(programArguments(request().setDryrun(true), "e")).toContain("--dry-run");
});

test("the configuration goes by the environment, never by the arguments", () => {
  const run = request().setConfigsecretkeysList(["vyos:token"]);
  run.getConfigMap().set("vyos:token", "hush");
  expect(programEnvironment(run)).toMatchObject({
    PULUMI_CONFIG: '{"vyos:token":"hush"}',
    PULUMI_CONFIG_SECRET_KEYS: '["vyos:token"]',
    PULUMI_NODEJS_TYPESCRIPT: "true",
  });
  expect(programArguments(run, "e").join(" ")).not.toContain("hush");
});

test("typescript: false of Pulumi.yaml leaves the types to Node, as this project's does", () => {
  const options = Struct.fromJavaScript({ typescript: false });
  const info = new language.ProgramInfo().setOptions(options);
  expect(programEnvironment(request().setInfo(info)).PULUMI_NODEJS_TYPESCRIPT).toBe("false");
});

describe("the verdict on a program", () => {
  test.each([
    [0, null, { error: "", bail: false }],
    [32, null, { error: "", bail: true }],
    [1, null, { error: "the program ended with exit code 1", bail: false }],
    [null, "SIGKILL" as const, { error: "the program ended with SIGKILL", bail: false }],
  ])("exit %p, signal %p", (code, signal, told) => {
    expect(programVerdict(code, signal).toObject()).toEqual(told);
  });
});

test("the engine's address is found among old options", () => {
  expect(engineAddress(["--root=/p", "-typescript=false", "127.0.0.1:9"])).toBe("127.0.0.1:9");
});
