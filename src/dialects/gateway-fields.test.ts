import { describe, expect, test } from "bun:test";
import { readGatewayFields } from "./gateway-fields";
import { changeFields, scanBody } from "./request-body";

const noHeader = () => null;

/** What was asked, and the body that is left. */
function read(body: object | string) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const scan = scanBody("json", Buffer.from(text), noHeader);
  const found = readGatewayFields(scan);
  return { ask: found?.ask, rest: Buffer.from(changeFields(scan, found?.changes ?? {})).toString() };
}

const plain = { model: "m", messages: [] };
const plainText = JSON.stringify(plain);

describe("readGatewayFields()", () => {
  test("finds nothing in a provider's own fields", () => {
    const own = {
      ...plain,
      user: "u",
      models: ["a"],
      provider: { order: ["x"] },
      transforms: [],
      service_tier: "auto",
      cache_control: { type: "ephemeral" },
      prompt_cache_key: "k",
      metadata: { user_id: "u", session_id: "s", project: "p" },
      store: true,
      "litellm-like": 1,
    };
    expect(read(own)).toEqual({ ask: undefined, rest: JSON.stringify(own) });
  });

  test("understands what we have too", () => {
    const { ask, rest } = read({
      ...plain,
      fallbacks: ["a/b", { model: "c" }, { provider: "d", model: "e" }],
      num_retries: 0,
      timeout: 1.5,
      stream_timeout: "2",
      tags: ["job:1", " x "],
      litellm_session_id: "s",
      litellm_trace_id: "t",
      "no-log": true,
      disable_fallbacks: true,
    });
    expect(rest).toBe(plainText);
    expect(ask).toEqual({
      fallbacks: [
        { model: "a/b", path: "fallbacks[0]" },
        { model: "c", path: "fallbacks[1]" },
        { model: "d/e", path: "fallbacks[2]" },
      ],
      retries: 0,
      timeoutMs: 1500,
      firstTokenMs: 2000,
      tags: ["job:1", "x"],
      sessionId: "s",
      traceId: "t",
      noLog: true,
      noFallbacks: true,
      dropped: [],
    });
  });

  test.each([
    ["guardrails", ["pii"]],
    ["cache", { "no-cache": true }],
    ["caching", true],
    ["mock_response", "hi"],
    ["mock_testing_fallbacks", true],
    ["context_window_fallbacks", [{ a: ["b"] }]],
    ["drop_params", true],
    ["api_key", "sk-secret-of-a-client"],
    ["api_base", "https://elsewhere.example"],
    ["extra_headers", {}],
    ["prompt_id", "p"],
    ["litellm_call_id", "x"],
    ["langfuse_public_key", "pk"],
    ["num_retries", -1],
    ["num_retries", "many"],
    ["timeout", { read: 1 }],
    ["fallbacks", "a"],
    ["tags", [1]],
    ["no-log", "yes"],
  ])("takes out %s and names it", (name, value) => {
    const { ask, rest } = read({ ...plain, [name]: value });
    expect([rest, ask?.dropped]).toEqual([plainText, [name]]);
    expect(JSON.stringify(ask)).not.toContain("secret");
  });

  test("takes out what is null without a word", () => {
    expect(read({ ...plain, fallbacks: null, guardrails: null })).toEqual({
      ask: { fallbacks: [], dropped: [] },
      rest: plainText,
    });
  });

  test("names what a fallback has beside its model", () => {
    const { ask } = read({ ...plain, fallbacks: [{ model: "a", messages: [] }, 3, ""] });
    expect(ask).toEqual({
      fallbacks: [{ model: "a", path: "fallbacks[0]" }],
      dropped: ["fallbacks[0].messages", "fallbacks[1]", "fallbacks[2]"],
    });
  });

  test("takes LiteLLM's keys out of metadata and leaves every other byte", () => {
    const { ask, rest } = read(
      '{"model":"m", "metadata": { "user_id":"u" , "tags": ["a","b"], "big": 12345678901234567890,"trace_name":"n", "trace_user_id":"w"}}',
    );
    expect(rest).toBe('{"model":"m", "metadata": { "user_id":"u", "big": 12345678901234567890}}');
    expect(ask).toEqual({ fallbacks: [], tags: ["a", "b", "trace_name:n"], endUser: "w", dropped: [] });
  });

  test("takes out metadata that was the gateway's alone, its session too", () => {
    const { ask, rest } = read({ ...plain, metadata: { tags: ["a"], session_id: "s" } });
    expect([rest, ask?.sessionId, ask?.dropped]).toEqual([plainText, "s", []]);
  });

  test("leaves metadata that holds a key twice to the provider", () => {
    const text = '{"model":"m","metadata":{"tags":["a"],"tags":["b"]}}';
    expect(read(text)).toEqual({ ask: undefined, rest: text });
  });

  test("bounds what it keeps", () => {
    const many = Array.from({ length: 100 }, (_, index) => `m${index}`);
    const { ask } = read({ ...plain, fallbacks: many, tags: many.map((each) => each.repeat(200)), num_retries: 1000 });
    expect([ask?.fallbacks.length, ask?.tags?.length, ask?.tags?.[0]?.length, ask?.retries]).toEqual([16, 16, 200, 10]);
  });
});
