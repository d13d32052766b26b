import { expect, test } from "bun:test";
import { pathSegment } from "./path-segment";

test("pathSegment() keeps a name within its segment, and refuses dot segments", () => {
  expect(pathSegment("us.anthropic.claude-sonnet-4-5-v1:0")).toBe("us.anthropic.claude-sonnet-4-5-v1%3A0");
  expect(pathSegment("meta/llama-4..1/x?y#z")).toBe("meta%2Fllama-4..1%2Fx%3Fy%23z");
  expect(pathSegment("%2e%2e")).toBe("%252e%252e");
  expect(pathSegment("...")).toBe("...");
  for (const name of [".", "..", "a/..", "../a", "a/../b", "a\\..\\b", "..;x", "a/.", "./a"]) {
    expect(() => pathSegment(name), name).toThrow("it has dot segments");
  }
});
