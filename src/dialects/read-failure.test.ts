import { describe, expect, test } from "bun:test";
import { readFailure } from "./read-failure";

const nothingSaid = "The provider answered with status 502 and no message";

describe("readFailure()", () => {
  const cases: readonly (readonly [string, string, object])[] = [
    [
      "OpenAI's",
      '{"error":{"message":"no","type":"invalid_request_error","param":"n","code":"bad"}}',
      { message: "no", type: "invalid_request_error", param: "n", code: "bad" },
    ],
    [
      "a number as code",
      '{"error":{"message":"no","code":429,"metadata":{}}}',
      { message: "no", code: "429", details: { metadata: {} } },
    ],
    [
      "Google's list",
      '[{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}]',
      { message: "no", code: "400", type: "INVALID_ARGUMENT" },
    ],
    [
      "Google's wait",
      '[{"error":{"code":429,"message":"no","details":[{"@type":"x"},{"retryDelay":"32.5s"}]}}]',
      {
        ...{ message: "no", code: "429", retryAfterMs: 32_500 },
        details: { details: [{ "@type": "x" }, { retryDelay: "32.5s" }] },
      },
    ],
    [
      "a wait that is none",
      '{"error":{"message":"no","details":[{"retryDelay":"-3s"},4]}}',
      { message: "no", details: { details: [{ retryDelay: "-3s" }, 4] } },
    ],
    [
      "Anthropic's",
      '{"type":"error","error":{"type":"overloaded_error","message":"busy"}}',
      { message: "busy", type: "overloaded_error" },
    ],
    [
      "Mistral's",
      '{"object":"error","message":"no","type":"invalid","code":"1"}',
      { message: "no", type: "invalid", code: "1" },
    ],
    ["an error as text", '{"error":"no"}', { message: "no" }],
    ["FastAPI's detail", '{"detail":"no"}', { message: "no" }],
    [
      "FastAPI's list",
      '{"detail":[{"loc":["body","n"],"msg":"too big"},{"msg":"and wrong"}]}',
      { message: "body.n: too big; and wrong" },
    ],
    [
      "an event in place of a body",
      'event: error\ndata: {"error":{"message":"no","code":"bad"}}\n\n',
      { message: "no", code: "bad" },
    ],
    ["an event's text", "data: no\n\n", { message: "no" }],
    ["xAI's code beside its words", '{"code":"denied","error":"no"}', { message: "no", code: "denied" }],
    ["words that say more than their name", '{"error":"credit","message":"no"}', { message: "no", code: "credit" }],
    ["MiniMax's", '{"base_resp":{"status_code":1008,"status_msg":"no"}}', { message: "no", code: "1008" }],
    ["Cloudflare's list", '{"success":false,"errors":[{"code":5007,"message":"no"}]}', { message: "no", code: "5007" }],
    ["what lies too deep", `${'{"error":'.repeat(5000)}{}${"}".repeat(5000)}`, { message: nothingSaid }],
    ["lists that lie too deep", `${"[".repeat(9000)}${"]".repeat(9000)}`, { message: nothingSaid }],
    ["text", "upstream connect error", { message: "upstream connect error" }],
    [
      "a page",
      "<!DOCTYPE html><html><title>502 Bad Gateway</title>",
      { message: 'The provider answered with status 502 and a page titled "502 Bad Gateway"' },
    ],
    ["nothing", "", { message: "The provider answered with status 502 and no message" }],
    ["JSON without a message", '{"a":1}', { message: "The provider answered with status 502 and no message" }],
  ];
  for (const [name, body, failure] of cases)
    test(`reads ${name}`, () => expect<object>(readFailure(502, body)).toEqual(failure));

  test("cuts long messages", () => {
    expect(readFailure(500, JSON.stringify({ error: "x".repeat(9000) })).message).toHaveLength(2000);
  });
});
