import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { failureSubject } from "#dialects/failure-subject";
import { dialects } from "#dialects/registry";
import { classifyStatus } from "#routing/failure-classes";

// Errors as providers, and what stands before them, were reported to word them: whose fault each is, and so who is asked next.
// A line each: class | dialect | status | who | body.
const lines = readFileSync(`${import.meta.dir}/../fixtures/reported-errors.txt`, "utf8")
  .trimEnd()
  .split("\n");

for (const line of lines) {
  const [expected = "", dialect = "", status = "", who = "", ...body] = line.split(" | ");
  test(`an error of ${who} with status ${status} is ${expected}`, () => {
    const failure = dialects[dialect]?.decodeError(Number(status), body.join(" | "));
    expect<string | undefined>(failure && classifyStatus(Number(status), failureSubject(failure))).toBe(expected);
  });
}
