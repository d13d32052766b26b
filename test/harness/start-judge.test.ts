import { afterAll, expect, test } from "bun:test";
import { startJudge } from "./start-judge.ts";

const openai = await startJudge("openai-chat");
const anthropic = await startJudge("anthropic-messages");
afterAll(async () => {
  await openai?.stop();
  await anthropic?.stop();
});
if (!openai || !anthropic) process.stdout.write("The judges are skipped: the API descriptions are not here\n");

const headers = { authorization: "Bearer x", "x-api-key": "x", "anthropic-version": "2023-06-01" };
const hello = [{ role: "user", content: "hello" }];

test.skipIf(!openai || !anthropic)("startJudge() accepts what the fake provider accepts", async () => {
  expect(
    await openai?.problems(
      "/v1/chat/completions",
      JSON.stringify({ model: "fake-gpt", messages: hello, stream: true }),
      headers,
    ),
  ).toEqual([]);
  expect(
    await openai?.problems("/v1/embeddings", JSON.stringify({ model: "fake-embed", input: ["a"] }), headers),
  ).toEqual([]);
  expect(
    await anthropic?.problems(
      "/v1/messages",
      JSON.stringify({ model: "fake-claude", max_tokens: 5, messages: hello }),
      headers,
    ),
  ).toEqual([]);
  expect(
    await anthropic?.problems(
      "/v1/messages/count_tokens",
      JSON.stringify({ model: "fake-claude", messages: hello }),
      headers,
    ),
  ).toEqual([]);
});

test.skipIf(!openai || !anthropic)("startJudge() names what is wrong", async () => {
  const chat = await openai?.problems(
    "/v1/chat/completions",
    JSON.stringify({ model: "fake-gpt", messages: hello, n: "2" }),
    headers,
  );
  expect(chat?.join()).toContain("body.n");
  const messages = await anthropic?.problems(
    "/v1/messages",
    JSON.stringify({ model: "fake-claude", messages: hello }),
    headers,
  );
  expect(messages?.join()).toContain("max_tokens");
});
