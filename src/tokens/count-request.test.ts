import { expect, test } from "bun:test";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { countRequest } from "./count-request";

const count = (text: string) => countTokens(text, { disallowedSpecial: new Set() });

test("countRequest() is no less than the tokens of all text together, and far less than its bytes", () => {
  const prose = "The quick brown fox jumps over the lazy dog, and 1,234 more; naïve façade.\n".repeat(200);
  const body = {
    model: "gpt-4o",
    messages: [{ role: "user", content: prose }],
    tools: [{ name: "look", strict: true }],
  };
  const text = `gpt-4o user ${prose} look true`;
  expect(countRequest(body, count)).toBeGreaterThanOrEqual(count(text));
  expect(countRequest(body, count)).toBeLessThan(JSON.stringify(body).length / 3);
});

test("countRequest() counts a long run without white space by its bytes", () => {
  const calls: number[] = [];
  const counted = countRequest({ a: `${"x".repeat(100_000)} end` }, (text) => calls.push(text.length) && 1);
  expect(counted).toBeGreaterThanOrEqual(100_000);
  expect(Math.max(...calls)).toBeLessThan(10);
});
