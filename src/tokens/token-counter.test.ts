import { expect, test } from "bun:test";
import { plainPdf } from "./fixtures/plain-pdf";
import { TokenCounter } from "./token-counter";
import type { TokenizerName } from "./token-messages";

const body = (content: string, more: object = {}) =>
  Buffer.from(JSON.stringify({ messages: [{ role: "user", content }], ...more }));

// The thread begins once, for that takes long on a busy machine.
const { count } = new TokenCounter({ answerMs: 100_000, documentsMs: 100_000, quietMs: 100_000 });
const textOf = async (tokenizer: TokenizerName, of: Buffer) =>
  (await count({ tokenizer, documents: false }, of)).textTokens;

test("count() counts in a thread, by the tokenizer that is asked for", async () => {
  const text = "Tokens of a language that is not English: 你好世界，今天天气很好。".repeat(50);
  const [newer, older] = await Promise.all([textOf("o200k", body(text)), textOf("cl100k", body(text))]);
  expect(newer).toBeGreaterThan(500);
  expect(newer).toBeLessThan(older ?? 0);
  expect(older).toBeLessThan(body(text).length);
});

test("count() gives up what is too long, or no JSON", async () => {
  expect(await textOf("o200k", body("a ".repeat(200_000)))).toBeUndefined();
  expect(await textOf("o200k", Buffer.from("{"))).toBeUndefined();
  expect(await textOf("o200k", body("still there"))).toBeGreaterThan(2);
});

test("count() reads documents, with the text beside them or without", async () => {
  const pdf = plainPdf(Array.from({ length: 20 }, () => "some words on a page ".repeat(20)));
  const request = body("What does it say?", { file_data: `data:application/pdf;base64,${pdf.toString("base64")}` });
  const counted = await count({ tokenizer: "o200k", documents: true }, request);
  expect(counted.documents).toMatchObject({ documents: 1, pages: 20 });
  expect(counted.textTokens).toBeLessThan(60);
  const bytes = await count({ tokenizer: undefined, documents: true }, request);
  expect(bytes.textTokens).toBeUndefined();
  expect(bytes.documents?.textTokens).toBeGreaterThan(1.5 * (counted.documents?.textTokens ?? 0));
  const torn = body("no document", { file_data: "JVBERi0xLjcKand no more" });
  expect(await count({ tokenizer: undefined, documents: true }, torn)).toEqual({});
});
