import { describe, expect, test } from "bun:test";
import { noUsage } from "#core/usage";
import type { JsonObject } from "#lib/json";
import { createUsageTally, writeUsage } from "./usage";

function read(...parts: readonly JsonObject[]) {
  const tally = createUsageTally();
  for (const part of parts) tally.add(part);
  return tally;
}

test.each([
  [{ inference_geo: "us" }, "us"],
  [{ inference_geo: "us", service_tier: "standard" }, "us"],
  [{ inference_geo: "us", service_tier: "batch" }, "batch"],
  [{ inference_geo: "global", service_tier: "standard" }, "default"],
  [{ inference_geo: "us", speed: "fast" }, "fast"],
])("createUsageTally() names the tier of %p", (usage, tier) => {
  expect(read({ input_tokens: 1, output_tokens: 1, ...usage }).serviceTier()).toBe(tier);
});

describe("createUsageTally()", () => {
  const cases: readonly (readonly [string, JsonObject, object])[] = [
    [
      "cached tokens beside the input, by duration",
      {
        input_tokens: 10,
        cache_read_input_tokens: 20,
        cache_creation_input_tokens: 70,
        cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 40 },
        output_tokens: 5,
      },
      { input: 10, cacheRead: 20, cacheWrite: 30, cacheWrite1h: 40, output: 5 },
    ],
    [
      "thinking inside the output",
      { input_tokens: 1, output_tokens: 50, output_tokens_details: { thinking_tokens: 30 } },
      { input: 1, output: 20, reasoning: 30 },
    ],
    [
      "searches, and no fetches",
      { input_tokens: 1, output_tokens: 2, server_tool_use: { web_search_requests: 3, web_fetch_requests: 4 } },
      { input: 1, output: 2, searches: 3 },
    ],
    [
      "rounds of compaction on top, those of messages and advisors not",
      {
        input_tokens: 612,
        output_tokens: 2819,
        iterations: [
          { type: "compaction", input_tokens: 60385, output_tokens: 522, cache_read_input_tokens: 7 },
          { type: "advisor_message", model: "other", input_tokens: 1000, output_tokens: 1000 },
          { type: "message", input_tokens: 612, output_tokens: 2819 },
        ],
      },
      { input: 612 + 60385, cacheRead: 7, output: 2819 + 522 },
    ],
    [
      "nothing that is not a count",
      { input_tokens: -1, output_tokens: "7", cache_read_input_tokens: 3 },
      { cacheRead: 3 },
    ],
  ];
  for (const [name, raw, classes] of cases)
    test(`reads ${name}`, () => expect(read(raw).usage()).toEqual({ ...noUsage, ...classes }));

  test("takes the later of two counts", () => {
    const tally = read({ input_tokens: 9, output_tokens: 1, service_tier: "priority" }, { output_tokens: 40 });
    expect(tally.usage()).toEqual({ ...noUsage, input: 9, output: 40 });
    expect(tally.serviceTier()).toBe("priority");
  });

  test("is undefined where there is none", () =>
    expect([read().usage(), read().serviceTier()]).toEqual([undefined, undefined]));

  test.each([
    [{ service_tier: "standard" }, "default"],
    [{ service_tier: "batch" }, "batch"],
    [{ service_tier: "standard", speed: "standard" }, "default"],
    [{ service_tier: "standard", speed: "fast" }, "fast"],
  ])("says that %p served %p", (raw, tier) => expect(read(raw).serviceTier()).toBe(tier));
});

test("writeUsage() writes what was read", () => {
  const raw = {
    input_tokens: 10,
    cache_creation_input_tokens: 70,
    cache_read_input_tokens: 20,
    cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 40 },
    output_tokens: 50,
    output_tokens_details: { thinking_tokens: 30 },
    service_tier: "standard",
    server_tool_use: { web_search_requests: 3 },
    iterations: [{ type: "compaction", input_tokens: 5, output_tokens: 6 }],
  };
  const tally = read(raw);
  expect(writeUsage(tally.usage(), tally.serviceTier(), tally.extras())).toEqual(raw);
});
