import { expect, test } from "bun:test";
import { startFlags } from "#config/start-flags";
import { parseCommandLine } from "./parse";

test("parseCommandLine() reads both ways to give a value", () => {
  const line = parseCommandLine(["--port", "9000", "--host=::1", "word"], startFlags);
  expect(line).toEqual({ flags: { port: "9000", host: "::1" }, words: ["word"], help: false, version: false });
});

test("parseCommandLine() knows -h and -v", () => {
  expect(parseCommandLine(["-h"], startFlags).help).toBe(true);
  expect(parseCommandLine(["-v"], startFlags).version).toBe(true);
});

test.each([
  [["--prot", "1"], 'Unknown flag "--prot": did you mean "--port"?'],
  [["--drain_timeout=1s"], 'Unknown flag "--drain_timeout": did you mean "--drain-timeout"?'],
  [["-x"], 'Unknown flag "-x"'],
  [["--port"], "Cannot use --port: it needs a value"],
  [["--port", "--host"], "Cannot use --port: it needs a value"],
])("parseCommandLine() refuses %p", (argv, message) => {
  expect(() => parseCommandLine(argv, startFlags)).toThrow(message);
});
