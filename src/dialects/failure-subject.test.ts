import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { failureSubject, impliedStatus } from "./failure-subject";
import { failureTable } from "./failure-table";
import { readRecordings } from "./fixtures/recordings";
import { readFailure } from "./read-failure";

describe("failureSubject()", () => {
  // Messages as the providers word them, found in their documentation and in reports of their users.
  const rows: readonly (readonly [message: string, code: string | undefined, subject: string | undefined])[] = [
    ["This model's maximum context length is 8192 tokens.", "context_length_exceeded", "context-length"],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
      undefined,
      "context-length",
    ],
    ["prompt is too long: 210000 tokens > 200000 maximum", undefined, "context-length"],
    ["input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000", undefined, "context-length"],
    ["Input is too long for requested model.", undefined, "context-length"],
    [
      "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
      undefined,
      "context-length",
    ],
    ["Please reduce the length of the messages or completion.", undefined, "context-length"],
    [
      "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
      undefined,
      "context-length",
    ],
    [
      "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
      undefined,
      "context-length",
    ],
    ["too many tokens: total number of tokens in the prompt cannot exceed 4081", undefined, "context-length"],
    ["`inputs` tokens + `max_new_tokens` must be <= 8193", undefined, "context-length"],
    [
      "The response was filtered due to the prompt triggering Azure's content management policy.",
      "content_filter",
      "content-filter",
    ],
    ["Output blocked by content filtering policy", undefined, "content-filter"],
    ["Your request was rejected as a result of our safety system.", "content_policy_violation", "content-filter"],
    ['moderation is required; Your input was flagged for "violence"', undefined, "content-filter"],
    ["Output data may contain inappropriate content.", "data_inspection_failed", "content-filter"],
    ["The model `gpt-9` does not exist or you do not have access to it.", "model_not_found", "unknown-model"],
    ["Model Not Exist", undefined, "unknown-model"],
    ["gpt-9 is not a valid model ID", undefined, "unknown-model"],
    ["Invalid model: x", undefined, "unknown-model"],
    ["You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "dead-key"],
    [
      "Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000",
      "rate_limit_exceeded",
      "rate-limit",
    ],
    [
      "max_tokens is too large: 100000. This model supports at most 16384 completion tokens",
      "invalid_value",
      undefined,
    ],
    ["Invalid value for 'content': expected a string, got null.", undefined, undefined],
    ["messages: roles must alternate", undefined, undefined],
    ["Incorrect API key provided", "invalid_api_key", "dead-key"],
  ];
  for (const [message, code, subject] of rows) {
    test(`reads ${JSON.stringify(message.slice(0, 60))}`, () => {
      const failure = { message, ...(code === undefined ? {} : { code }) };
      expect<unknown>(failureSubject(failure)).toBe(subject);
    });
  }
});

test("impliedStatus() knows codes that are statuses and the types of events", () => {
  expect(impliedStatus({ message: "", code: "429" })).toBe(429);
  expect(impliedStatus({ message: "", type: "overloaded_error" })).toBe(529);
  expect(impliedStatus({ message: "", type: "server_error" })).toBe(500);
});

test("impliedStatus() goes by the words where nothing else is known, and takes the rest for the provider's own fault", () => {
  for (const [message, status] of [
    ["Insufficient Balance", 401],
    ["quota exceeded for the day", 429],
    ["The engine is overloaded", 529],
    ["Model Not Exist", 404],
    ["prompt is too long", 400],
    ["Content Exists Risk", 400],
    ["odd", 500],
  ] as const)
    expect(impliedStatus({ message, code: "200" })).toBe(status);
});

test("failureSubject() finds every code and word of the table under what its row says", () => {
  for (const { about, codes = [], words = [] } of failureTable) {
    for (const code of codes) {
      expect([code, failureSubject({ message: "", code })]).toEqual([code, about]);
      expect([code, failureSubject({ message: "", type: code.toUpperCase() })]).toEqual([code, about]);
    }
    for (const part of words) {
      const message = `It says: ${part.replace("*", " gpt-4.1 (1,000) ").toUpperCase()}.`;
      expect([message, failureSubject({ message })]).toEqual([message, about]);
      expect(failureSubject({ message: "Provider returned error", behind: message })).toBe(about);
    }
  }
});

test("docs/internals/provider-errors.md has the table", () => {
  const page = providerErrorsPage();
  const file = `${import.meta.dir}/../../docs/internals/provider-errors.md`;
  if (process.env.HEADGATE_UPDATE_DOCS === "1") writeFileSync(file, page);
  expect(readFileSync(file, "utf8")).toBe(page);
});

function providerErrorsPage(): string {
  const rows = failureTable.map(({ about, by, codes = [], words = [], source }) => {
    const said = [...codes.map((code) => `\`${code}\``), ...words.map((part) => `“${part}”`)].join(", ");
    return `| ${about} | ${by} | ${said.replaceAll("*", " … ")} | ${source} |`;
  });
  return `${introduction}${rows.join("\n")}\n`;
}

const introduction = `# What providers say when they fail

<!-- Written from src/dialects/failure-table.ts by failure-subject.test.ts (HEADGATE_UPDATE_DOCS=1), which fails when it is not exact. -->

Statuses alone mislead: a dead key comes as 400, 403, 412 or 429, an unknown model as 400, 403 or 422, a limit as 400 or 503,
and any of them under status 200. So an error is read for what it says, codes and types as well as words, and the first row
that fits counts; [failures](failures.md) tells what follows. Codes are compared whole, words wherever they stand; “…” stands
for up to 120 characters. What no row knows is judged by its status. A new row needs a source.

| about | said by | codes and words | source |
|---|---|---|---|
`;

describe("recorded errors", () => {
  const files = ["openai", "openrouter", "groq", "mistral", "huggingface", "gemini", "vertex", "bedrock"];
  const failed = ["chat.completions", "embeddings", "responses", "completions"]
    .flatMap((op) => readRecordings(files, op))
    .filter(({ status }) => status >= 400);
  for (const { answer, id, provider, status } of failed) {
    test(`${provider} ${id} (${status}) is about a model or a limit exactly where it says so`, () => {
      const saysModel = /does not exist|model_not_found|not found/i.test(answer) && answer.includes("odel");
      const about = saysModel ? "unknown-model" : status === 429 ? "rate-limit" : undefined;
      expect<unknown>(failureSubject(readFailure(status, answer))).toBe(about);
    });
  }
});
