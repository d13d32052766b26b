import { describe, expect, test } from "bun:test";
import { readFailure } from "./read-failure";

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
