import { describe, expect, test } from "bun:test";
import { openaiChat } from "#dialects/openai-chat/dialect";
import { InvalidAnswer } from "#dialects/operation";
import { target as scratchTarget } from "#governance/fixtures/scratch-governance";
import { tryParseJson } from "#lib/json";
import type { FailureClass } from "#routing/failure-classes";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import { errorOfAnswer, failureFrom, failureInAnswer } from "./upstream-failure";

const target = scratchTarget("p", "m");

type Row = readonly [what: string, status: number, body: object | string, expected: FailureClass];

/** Bodies as providers send them; sources stand in `dialects/failure-table.ts`. */
const rows: readonly Row[] = [
  [
    "Anthropic: no credit",
    400,
    anthropic("Your credit balance is too low to access the Anthropic API."),
    "key-refused",
  ],
  ["Anthropic: disabled", 400, anthropic("This organization has been disabled."), "key-refused"],
  [
    "Anthropic: usage limit",
    400,
    anthropic("You have reached your specified API usage limits. You will regain access on 2025-07-01 at 00:00 UTC."),
    "key-refused",
  ],
  ["Anthropic: too long", 400, anthropic("prompt is too long: 210000 tokens > 200000 maximum"), "context-length"],
  ["Anthropic: request", 400, anthropic("messages: roles must alternate"), "bad-request"],
  ["Anthropic: model", 404, anthropic("model: claude-9", "not_found_error"), "unknown-model"],
  ["Anthropic: overloaded", 529, anthropic("Overloaded", "overloaded_error"), "unavailable"],
  ["OpenAI: quota", 429, openai("You exceeded your current quota.", "insufficient_quota"), "key-refused"],
  [
    "OpenAI: hard limit",
    400,
    openai("Billing hard limit has been reached", "billing_hard_limit_reached"),
    "key-refused",
  ],
  ["OpenAI: region", 403, openai("Country not supported", "unsupported_country_region_territory"), "key-refused"],
  [
    "OpenAI: model of a project",
    403,
    openai("Project `proj_1` does not have access to model `gpt-9`"),
    "unknown-model",
  ],
  ["OpenAI: parameter", 400, openai("Unsupported value: 'temperature'", "unsupported_value"), "bad-request"],
  ["OpenAI: too long", 400, openai("Your input exceeds the context window of this model."), "context-length"],
  [
    "Groq: limit as 413",
    413,
    openai("Request too large for model `x` on tokens per minute (TPM)", "rate_limit_exceeded"),
    "rate-limited",
  ],
  ["Groq: restricted", 400, openai("Organization has been restricted.", "organization_restricted"), "key-refused"],
  [
    "Google: key",
    400,
    [google(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT")],
    "key-refused",
  ],
  [
    "Google: region",
    400,
    google(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"),
    "key-refused",
  ],
  [
    "Google: suspended",
    403,
    google(403, "Consumer 'api_key:x' has been suspended.", "PERMISSION_DENIED"),
    "key-refused",
  ],
  ["Google: prepaid", 429, google(429, "Your prepayment credits are depleted.", "RESOURCE_EXHAUSTED"), "key-refused"],
  [
    "Google: a minute's limit, in the words of a quota",
    429,
    google(429, "You exceeded your current quota, please check your plan. Please retry in 43s.", "RESOURCE_EXHAUSTED"),
    "rate-limited",
  ],
  [
    "Google: limit as 503",
    503,
    google(503, "Resource has been exhausted (e.g. check quota).", "UNAVAILABLE"),
    "unavailable",
  ],
  [
    "Google: too long",
    400,
    google(400, "The input token count (9) exceeds the maximum number of tokens allowed (8).", "INVALID_ARGUMENT"),
    "context-length",
  ],
  [
    "xAI: key",
    400,
    { code: "Client specified an invalid argument", error: "Incorrect API key provided: xa***." },
    "key-refused",
  ],
  [
    "xAI: spent",
    403,
    {
      code: "permission-denied",
      error: "Your team 1 has either used all available credits or reached its monthly spending limit.",
    },
    "key-refused",
  ],
  ["xAI: model", 400, { code: "Invalid argument", error: "Model not found: grok-9" }, "unknown-model"],
  [
    "Fireworks: suspended",
    412,
    openai("Account a is suspended, possibly due to reaching the monthly spending limit", "PRECONDITION_FAILED"),
    "key-refused",
  ],
  [
    "Moonshot: suspended",
    429,
    openai("Your account is suspended due to insufficient balance", null, "exceeded_current_quota_error"),
    "key-refused",
  ],
  [
    "Moonshot: too long",
    400,
    openai("Invalid request: Your request exceeded model token limit: 8192"),
    "context-length",
  ],
  [
    "DashScope: arrears",
    400,
    { code: "Arrearage", message: "Access denied, please make sure your account is in good standing." },
    "key-refused",
  ],
  ["DashScope: throttled", 400, { code: "Throttling.RateQuota", message: "Requests throttled." }, "rate-limited"],
  ["DeepSeek: model", 400, openai("Model Not Exist", "invalid_request_error"), "unknown-model"],
  ["DeepSeek: filter", 400, openai("Content Exists Risk", "invalid_request_error"), "content-filter"],
  [
    "SiliconFlow: model",
    400,
    { code: 20012, message: "Model does not exist. Please check it carefully.", data: null },
    "unknown-model",
  ],
  ["Scaleway: model", 422, { error: "Unprocessable", status: 422, message: "Model not found" }, "unknown-model"],
  [
    "Zhipu: arrears",
    429,
    { error: { code: "1113", message: "Insufficient balance or no resource package." } },
    "key-refused",
  ],
  [
    "Volcengine: arrears",
    403,
    openai("The request failed because your account has an overdue balance.", "AccountOverdueError"),
    "key-refused",
  ],
  [
    "Bedrock: model",
    403,
    { message: "You don't have access to the model with the specified model ID." },
    "unknown-model",
  ],
  ["Bedrock: throttled", 400, { message: "Too many tokens, please wait before trying again." }, "rate-limited"],
  ["Bedrock: too long", 400, { message: "Input is too long for requested model." }, "context-length"],
  [
    "OpenRouter: of another provider",
    400,
    { error: { message: "Provider returned error", code: 400, metadata: { raw: '{"error":"prompt is too long"}' } } },
    "context-length",
  ],
  ["OpenRouter: model", 404, { error: { message: "No endpoints found for a/b.", code: 404 } }, "unknown-model"],
  [
    "llama.cpp: too long",
    500,
    {
      error: {
        code: 500,
        message: "the request exceeds the available context size",
        type: "exceed_context_size_error",
      },
    },
    "context-length",
  ],
  [
    "Cloudflare: model",
    400,
    { success: false, errors: [{ code: 5007, message: "No such model @cf/x or task" }] },
    "unknown-model",
  ],
  ["Hugging Face: loading", 503, { error: "Model a/b is currently loading", estimated_time: 20 }, "unavailable"],
  ["GitHub: secondary limit", 403, { message: "You have exceeded a secondary rate limit." }, "rate-limited"],
  ["a limit as 500", 500, openai("Rate limit reached for requests"), "rate-limited"],
  ["a limit as 529", 529, openai("Too many requests"), "rate-limited"],
  ["text alone", 400, "invalid api key", "key-refused"],
];

function anthropic(message: string, type = "invalid_request_error"): object {
  return { type: "error", error: { type, message } };
}

function openai(message: string, code: string | null = null, type = "invalid_request_error"): object {
  return { error: { message, type, param: null, code } };
}

function google(code: number, message: string, status: string): object {
  return { error: { code, message, status } };
}

function read(status: number, body: object | string, headers: Record<string, string> = {}) {
  const bytes = typeof body === "string" ? body : JSON.stringify(body);
  return failureFrom(answerOfPieces(status, new Headers(headers), [bytes]), target, openaiChat, 0);
}

describe("failureFrom()", () => {
  test("waits as long as Google's body asks for, where no header does", async () => {
    const body = JSON.stringify([{ error: { code: 429, message: "slow", details: [{ retryDelay: "1.2s" }] } }]);
    const failure = await failureFrom(answerOfPieces(429, new Headers(), [body]), target, openaiChat, 0);
    expect([failure.facts.retryAfterMs, failure.error.options.retryAfterS]).toEqual([1200, 2]);
    const told = new Headers({ "retry-after": "7" });
    const headed = await failureFrom(answerOfPieces(429, told, [body]), target, openaiChat, 0);
    expect([headed.facts.retryAfterMs, headed.error.options.retryAfterS]).toEqual([7000, 7]);
  });

  for (const [what, status, body, expected] of rows) {
    test(`reads ${what} (${status}) as ${expected}, also where it comes under status 200`, async () => {
      const { error, failureClass } = await read(status, body);
      expect(failureClass).toBe(expected);
      const isFinal = ["key-refused", "unknown-model", "context-length", "content-filter", "bad-request"];
      expect(error.options.shouldRetry).toBe(isFinal.includes(expected) || status === 413 ? false : undefined);
      const json = tryParseJson(typeof body === "string" ? JSON.stringify({ error: body }) : JSON.stringify(body));
      const inside = openaiChat.operations.completion?.answer;
      const failure = inside?.kind === "json" && json !== undefined ? inside.failure(json) : undefined;
      if (failure !== undefined) expect(failureInAnswer(failure, target).failureClass).toBe(expected);
    });
  }

  test("tells a dead key in our words whatever its status, but for 429, and a limit as 429", async () => {
    const said = async (status: number, body: object) => {
      const { error } = await read(status, body);
      return [error.status, error.code];
    };
    const dead = anthropic("Your credit balance is too low");
    for (const status of [400, 401, 403, 412, 422, 500])
      expect(await said(status, dead)).toEqual([502, "provider_keys_exhausted"]);
    expect(await said(429, openai("no", "insufficient_quota"))).toEqual([429, "upstream_error"]);
    for (const status of [400, 403, 429, 500, 503, 529])
      expect(await said(status, openai("Too many requests"))).toEqual([429, "upstream_error"]);
    expect(await said(413, openai("no", "rate_limit_exceeded"))).toEqual([413, "upstream_error"]);
    expect(await said(403, openai("Project p does not have access to model m"))).toEqual([502, "upstream_error"]);
  });

  test("tells clients not to repeat what a repeat cannot change, whatever the provider advises", async () => {
    const advised = async (status: number, header: Record<string, string> = {}, body: object = openai("no")) =>
      (await read(status, body, header)).error.options.shouldRetry;
    for (const status of [400, 401, 402, 403, 404, 405, 413, 415, 422])
      expect([status, await advised(status, { "x-should-retry": "true" })]).toEqual([status, false]);
    for (const status of [409, 429, 500, 502, 503, 529])
      expect([status, await advised(status)]).toEqual([status, undefined]);
    for (const status of [429, 503, 529]) expect(await advised(status, { "x-should-retry": "true" })).toBe(true);
    expect(await advised(500, { "x-should-retry": "true" })).toBeUndefined();
    expect(await advised(503, { "x-should-retry": "false" })).toBe(false);
  });

  test("keeps the wait that a busy provider asks for", async () => {
    for (const status of [429, 500, 503]) {
      const { error, facts } = await read(status, openai("no"), { "retry-after": "3", "x-should-retry": "true" });
      expect([error.options.retryAfterS, facts.retryAfterMs]).toEqual([3, 3000]);
    }
  });

  test("leaves codes and words alone that hold a key of a few letters, and masks a longer one", async () => {
    const body = openai("Rate limit of key sk-live-12345678", "rate_limit_exceeded", "requests");
    for (const [secret, code] of [
      ["x", "rate_limit_exceeded"],
      ["rat", "rate_limit_exceeded"],
      ["limit_exceeded", "rate_***"],
    ] as const) {
      const keyed = { ...target, key: { ...target.key, secret } };
      const { error } = await failureFrom(
        answerOfPieces(429, new Headers(), [JSON.stringify(body)]),
        keyed,
        openaiChat,
        0,
      );
      expect(error.options.upstreamCode).toBe(code);
    }
  });
});

test("errorOfAnswer() tells a broken answer from one at which our own code fails", () => {
  const broken = errorOfAnswer(new InvalidAnswer("it is odd"), target);
  expect([broken.code, broken.options.fault]).toEqual(["upstream_invalid_response", undefined]);
  const cause = new RangeError("Maximum call stack size exceeded.");
  const own = errorOfAnswer(cause, target);
  expect(own).toMatchObject({
    code: "upstream_invalid_response",
    status: 502,
    options: { fault: "unreadable", cause },
  });
  expect(own.message).not.toContain("stack");
});
