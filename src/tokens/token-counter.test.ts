import { expect, test } from "bun:test";
import { TokenCounter } from "./token-counter";

const body = (content: string) => Buffer.from(JSON.stringify({ messages: [{ role: "user", content }] }));

// The thread begins once, for that takes long on a busy machine.
const { count } = new TokenCounter({ answerMs: 100_000, quietMs: 100_000 });

test("count() counts in a thread, by the tokenizer that is asked for", async () => {
  const text = "Tokens of a language that is not English: 你好世界，今天天气很好。".repeat(50);
  const [newer, older] = await Promise.all([count("o200k", body(text)), count("cl100k", body(text))]);
  expect(newer).toBeGreaterThan(500);
  expect(newer).toBeLessThan(older ?? 0);
  expect(older).toBeLessThan(body(text).length);
});

test("count() gives up what is too long, or no JSON", async () => {
  expect(await count("o200k", body("a ".repeat(200_000)))).toBeUndefined();
  expect(await count("o200k", Buffer.from("{"))).toBeUndefined();
  expect(await count("o200k", body("still there"))).toBeGreaterThan(2);
});
