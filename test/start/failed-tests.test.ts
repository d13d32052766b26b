import { expect, test } from "bun:test";
import { pathToFileURL } from "node:url";

const script = pathToFileURL(`${import.meta.dir}/../../scripts/failed-tests.mjs`).href;

/** As the gate does: under Node. */
function failedTests(output: string): unknown {
  const code = `import { failedTests } from ${JSON.stringify(script)}; console.log(JSON.stringify(failedTests(process.env.OUTPUT)));`;
  const { stdout } = Bun.spawnSync(["node", "--input-type=module", "--eval", code], {
    env: { ...process.env, OUTPUT: output },
  });
  return JSON.parse(stdout.toString());
}

test("failedTests() names what Bun says failed, and the file of what failed outside of a test", () => {
  const output = [
    "src/a.test.ts:",
    "(pass) passes [0.05ms]",
    "(fail) outer > inner (of two) [1.22ms]",
    "(fail) slow [1.20s]",
    "  ^ this test timed out after 50ms.",
    "(skip) skipped",
    "",
    "src/b.test.ts:",
    "# Unhandled error between tests",
    "error: load",
    "src/c.test.ts:",
    "(fail) (unnamed) [0.06ms]",
    "(fail) stopped after 8 minutes",
  ].join("\n");
  expect(failedTests(output)).toEqual([
    "outer > inner (of two)",
    "slow",
    "an error between the tests of src/b.test.ts",
    "a hook of src/c.test.ts",
    "stopped after 8 minutes",
  ]);
});

test("failedTests() names each test once that node --test lists twice, in either of its forms", () => {
  const output = [
    "▶ outer",
    "  ✖ inner (28.771516ms)",
    "    AssertionError [ERR_ASSERTION]: 1 == 2",
    "✔ fine (5.28ms)",
    "✖ outer (29.93ms)",
    "✖ failing tests:",
    "✖ inner (28.771516ms)",
    "not ok 3 - told as TAP",
  ].join("\n");
  expect(failedTests(output)).toEqual(["inner", "outer", "told as TAP"]);
});

test("failedTests() names what pytest says failed", () => {
  const output = [
    ".F.E [100%]",
    "ERROR    asyncio:base_events.py:1821 a line of a log",
    "FAILED test/clients/python/test_a.py::test_b[x] - AssertionError: no",
    "ERROR test/clients/python/test_c.py - ImportError: d",
    "1 failed, 1 passed, 1 error in 2.34s",
  ].join("\n");
  expect(failedTests(output)).toEqual(["test/clients/python/test_a.py::test_b[x]", "test/clients/python/test_c.py"]);
});
