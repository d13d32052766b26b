import { expect, test } from "bun:test";
import { maskSecrets } from "./mask-secrets";

test("maskSecrets() takes out the secrets it is given", () => {
  expect(maskSecrets("bad key zebra-123 and zebra-123", ["zebra-123"])).toBe("bad key *** and ***");
});

test.each([
  "sk-proj-abcdefgh12345678",
  "sk-ant-api03-abcdefgh",
  "AIzaSyA1234567890abcdefghijkl",
  "Bearer abcdefghijkl",
  "hg-0123456789abcdef",
])("maskSecrets() takes out %p by its shape", (secret) =>
  expect(maskSecrets(`Incorrect API key provided: ${secret}.`, [])).not.toContain(secret.slice(4, 12)),
);

test("maskSecrets() leaves ordinary text alone", () => {
  const text = "The model gpt-4o does not exist; max_tokens must be at least 1, see task-list";
  expect(maskSecrets(text, [])).toBe(text);
});
