import { expect, test } from "bun:test";
import { countTokens as messages } from "./anthropic-messages/operations";
import { countTokens as converse } from "./bedrock-converse/operations";
import { countTokens as google } from "./gemini/operations";
import { countTokens as responses } from "./openai-responses/operations";

const operations = { messages, converse, google, responses };

function replaces(name: keyof typeof operations, status: number, message: string, type?: string) {
  return operations[name].fallback?.replaces({ status, message, type });
}

test("cannotCount() knows the words of a provider that counts not at all, or not this model", () => {
  for (const name of ["messages", "converse", "google", "responses"] as const) {
    expect(replaces(name, 400, "The provided model doesn't support counting tokens.")).toBe(true);
    expect(replaces(name, 400, "Token counting is not supported for gemma-x")).toBe(true);
    expect(replaces(name, 502, 'The provider "a" answered with status 405: Method Not Allowed')).toBe(true);
    expect(replaces(name, 400, "max_tokens: too large")).toBe(false);
    expect(replaces(name, 502, "Your account is not available")).toBe(false);
  }
});

test("cannotCount() leaves a model that is not there alone", () => {
  const missing = "models/x is not found for API version v1beta, or is not supported for countTokens.";
  expect(replaces("google", 404, missing, "NOT_FOUND")).toBe(false);
  expect(replaces("messages", 404, "model: x", "not_found_error")).toBe(false);
});
