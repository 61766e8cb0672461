import { expect, it } from "@jest/globals";
import type { PaperRouter } from "../doctor/paper-router.ts";
import { lookAt, silentRelay } from "./looks.ts";

it.each<{
  name: string;
  uplink: "mape" | "wxr";
  act: (paper: PaperRouter) => void;
  seen: object;
}>([
  {
    name: "a whole line",
    uplink: "mape",
    act: () => {},
    seen: { kind: "healthy", other: "answers" },
  },
  {
    name: "a silent relay as a line that does not carry",
    uplink: "mape",
    act: silentRelay,
    seen: { kind: "broken", other: "answers" },
  },
  {
    // It carries IPv4: what is wrong besides stands among the causes.
    name: "somebody's unsaved work on a healthy line",
    uplink: "mape",
    act: (paper) => paper.running.push("set system host-name 'other'"),
    seen: { kind: "healthy" },
  },
  {
    name: "a WXR that is off as no way out",
    uplink: "mape",
    act: (paper) => {
      silentRelay(paper);
      paper.wxrAnswers = false;
    },
    seen: { kind: "broken", other: "silent" },
  },
  {
    name: "a change that is under way as not settled",
    uplink: "mape",
    act: (paper) => {
      silentRelay(paper);
      paper.timers.push(
        "Tue 2026-11-24 00:00:00 UTC 2min 50s left n/a n/a vyos-uplink-undo.timer vyos-uplink-undo.service",
      );
    },
    seen: { kind: "unclear" },
  },
  {
    name: "a probe that gave nothing as not settled",
    uplink: "mape",
    act: (paper) => paper.hanging.push("tcpProbe"),
    seen: { kind: "unclear" },
  },
  {
    name: "the relay's answer while on wxr",
    uplink: "wxr",
    act: () => {},
    seen: { kind: "healthy", other: "answers" },
  },
  {
    name: "the relay's silence while on wxr",
    uplink: "wxr",
    act: (paper) => {
      paper.relayAnswers = false;
    },
    seen: { kind: "healthy", other: "silent" },
  },
  {
    name: "an answer on a line with another prefix as no way back",
    uplink: "wxr",
    act: (paper) => {
      paper.dhcpLog = [
        "update_prefix: create a prefix 2404:7a82:4d02:9900::/56 pltime=12600, vltime=14400",
        "client6_recvreply: got an expected reply, sleeping.",
      ];
    },
    seen: { other: "silent" },
  },
])("observationOf() sees $name", ({ uplink, act, seen }) => {
  expect(lookAt(uplink, act).observation).toMatchObject(seen);
});
