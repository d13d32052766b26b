import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { OptionError } from "./flag";
import { resolveDataDir, resolveStartOptions } from "./start-options";

const nowhere = join(tmpdir(), "no-package-here");

afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("HEADGATE_")) delete process.env[name];
});

test("resolveStartOptions() has the documented defaults when nothing is given", () => {
  const options = resolveStartOptions({}, nowhere);
  expect(options).toMatchObject({ host: "127.0.0.1", port: 8080, logLevel: "info" });
  expect(options).toMatchObject({ drainTimeoutMs: 30_000, takeoverTimeoutMs: 900_000 });
  expect(options.workers).toBeGreaterThan(0);
});

test("resolveStartOptions() takes a flag before its variable when both are given", () => {
  process.env.HEADGATE_PORT = "9000";
  process.env.HEADGATE_DRAIN_TIMEOUT = "500ms";
  process.env.HEADGATE_HOST = "";
  expect(resolveStartOptions({}, nowhere)).toMatchObject({ port: 9000, drainTimeoutMs: 500, host: "127.0.0.1" });
  expect(resolveStartOptions({ port: "9001" }, nowhere).port).toBe(9001);
});

test("resolveStartOptions() reads addresses when they are of IPv6", () => {
  expect(resolveStartOptions({ "admin-listen": "[::1]:9000" }, nowhere).adminListen).toEqual({
    host: "::1",
    port: 9000,
  });
  expect(resolveStartOptions({ "admin-listen": "10.0.0.1:9000" }, nowhere).adminListen?.host).toBe("10.0.0.1");
});

test.each([
  [{ port: "80a" }, 'Cannot use --port: needs a whole number from 0 to 65535, found "80a"'],
  [{ workers: "0" }, 'Cannot use --workers: needs a whole number from 1 to 64, found "0"'],
  [
    { "log-level": "loud" },
    'Cannot use --log-level: needs one of trace, debug, info, warn, error, silent, found "loud"',
  ],
  [{ "drain-timeout": "30" }, 'Cannot use --drain-timeout: needs a time such as 500ms, 30s, 15m or 1h, found "30"'],
  [{ "admin-listen": "9000" }, 'Cannot use --admin-listen: needs HOST:PORT, found "9000"'],
  [{ "tls-cert": "a.pem" }, "Cannot use --tls-cert alone: --tls-key is needed too"],
])("resolveStartOptions() refuses %p when it cannot be used", (flags, message) => {
  expect(() => resolveStartOptions(flags, nowhere)).toThrow(new OptionError(message));
});

test("resolveStartOptions() names the variable when that is wrong", () => {
  process.env.HEADGATE_PORT = "x";
  expect(() => resolveStartOptions({}, nowhere)).toThrow("Cannot use HEADGATE_PORT");
});

test("resolveDataDir() is ./data when the package is a clone, the state directory otherwise", () => {
  const clone = mkdtempSync(join(tmpdir(), "hg-"));
  mkdirSync(join(clone, ".git"));
  expect(resolveDataDir({}, clone)).toBe(join(clone, "data"));
  rmSync(clone, { recursive: true });
  const before = process.env.XDG_STATE_HOME;
  delete process.env.XDG_STATE_HOME;
  expect(resolveDataDir({}, nowhere)).toBe(join(homedir(), ".local", "state", "headgate"));
  process.env.XDG_STATE_HOME = "/state";
  expect(resolveDataDir({}, nowhere)).toBe("/state/headgate");
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
});
