import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { GatewayError } from "#core/errors";
import { classifyError, classifyStatus, failureClasses } from "./failure-classes";
import { healthSettings } from "./health";

describe("classifyStatus()", () => {
  for (const [status, expected] of [
    [302, "invalid-answer"],
    [400, "bad-request"],
    [401, "key-refused"],
    [402, "key-refused"],
    [403, "key-refused"],
    [404, "unknown-model"],
    [405, "unknown-model"],
    [408, "timeout"],
    [409, "bad-request"],
    [410, "unknown-model"],
    [413, "bad-request"],
    [422, "bad-request"],
    [424, "unavailable"],
    [429, "rate-limited"],
    [498, "unavailable"],
    [500, "server-error"],
    [501, "unavailable"],
    [502, "unavailable"],
    [503, "unavailable"],
    [504, "unavailable"],
    [529, "unavailable"],
  ] as const) {
    test(`is ${expected} for ${status}`, () => expect(classifyStatus(status)).toBe(expected));
  }

  test("believes the words before the status", () => {
    for (const status of [400, 401, 403, 412, 422, 429, 500, 503]) {
      expect(classifyStatus(status, "dead-key")).toBe("key-refused");
      expect(classifyStatus(status, "rate-limit")).toBe("rate-limited");
      expect(classifyStatus(status, "context-length")).toBe("context-length");
      expect(classifyStatus(status, "unknown-model")).toBe("unknown-model");
      expect(classifyStatus(status, "overloaded")).toBe(status === 429 ? "rate-limited" : "unavailable");
    }
  });

  test("believes a content filter only where the server did not fail", () => {
    expect(classifyStatus(403, "content-filter")).toBe("content-filter");
    expect(classifyStatus(500, "content-filter")).toBe("server-error");
  });
});

describe("classifyError()", () => {
  test("tells how a call failed", () => {
    for (const fault of ["refused", "reset", "unreachable", "timeout"] as const)
      expect(classifyError(new GatewayError("upstream_error", "", { fault }))).toBe(fault);
    expect(classifyError(new GatewayError("upstream_error", "", { fault: "invalid" }))).toBe("invalid-answer");
    expect(classifyError(new GatewayError("upstream_invalid_response", "", { fault: "empty" }))).toBe("empty-answer");
    expect(classifyError(new GatewayError("upstream_invalid_response", "", { fault: "unreadable" }))).toBe(
      "unreadable",
    );
    expect(classifyError(new GatewayError("upstream_invalid_response", ""))).toBe("invalid-answer");
    expect(classifyError(new GatewayError("client_closed", ""))).toBe("client-gone");
    expect(classifyError(new GatewayError("draining", ""))).toBe("gateway");
    expect(classifyError(new GatewayError("internal_error", ""))).toBe("gateway");
  });
});

const page = readFileSync(`${import.meta.dir}/../../docs/internals/failures.md`, "utf8");

/** The cells of the rows of the table under a heading, without its head. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = page.slice(page.indexOf(`## ${heading}`)).split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("docs/internals/failures.md says of every class what the table says", () => {
  const told = rowsUnder("Classes").map(([name = "", , ...rest]) => [name, ...rest]);
  const held = Object.entries(failureClasses).map(([name, rule]) => [
    name,
    rule.retries,
    rule.elsewhere,
    rule.ifNoneLeft,
    rule.health,
    rule.billed,
  ]);
  expect<unknown>(told).toEqual(held);
});

test("docs/internals/failures.md has the numbers of health", () => {
  const told = rowsUnder("Health").map(([name, value]) => [name, Number(value)]);
  expect<unknown>(told).toEqual(Object.entries(healthSettings));
});
