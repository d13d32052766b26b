import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isObject, parseJson } from "#lib/json";
import { schemasOfBotocore } from "../judges/botocore.ts";
import { referenceFile, startJudge } from "./start-judge.ts";

const openai = await startJudge("openai-chat");
const anthropic = await startJudge("anthropic-messages");
const others = {
  "openai-responses": await startJudge("openai-responses"),
  gemini: await startJudge("gemini"),
  "bedrock-converse": await startJudge("bedrock-converse"),
  "bedrock-invoke": await startJudge("bedrock-invoke"),
};
afterAll(async () => {
  for (const judge of [openai, anthropic, ...Object.values(others)]) await judge?.stop();
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

/** Of each dialect a path, what is right there, and what is wrong. */
const asked = [
  [
    "openai-responses",
    "/v1/responses",
    { model: "m", input: "hi" },
    { model: "m", input: "hi", max_output_tokens: "5" },
  ],
  [
    "gemini",
    "/v1/models/m:generateContent",
    { contents: [{ role: "user", parts: [{ text: "hi" }] }] },
    { contents: [{ role: "user", parts: [{ text: 5 }] }] },
  ],
  [
    "bedrock-converse",
    "/model/m/converse",
    { messages: [{ role: "user", content: [{ text: "hi" }] }] },
    { messages: [{ role: "user", content: [{ text: "hi", image: { format: "png", source: { bytes: "aGk=" } } }] }] },
  ],
  ["bedrock-converse", "/model/m/converse-stream", {}, { messages: [], inferenceConfig: { tokens: 5 } }],
  [
    "bedrock-invoke",
    "/model/m/invoke",
    { anthropic_version: "bedrock-2023-05-31", max_tokens: 5, messages: hello },
    { anthropic_version: "bedrock-2023-05-31", messages: hello },
  ],
] as const;

for (const [dialect, path, right, wrong] of asked)
  test.skipIf(!others[dialect])(`startJudge() judges ${path} of ${dialect}`, async () => {
    const problems = (body: object) => others[dialect]?.problems(path, JSON.stringify(body), headers);
    expect(await problems(right)).toEqual([]);
    expect(await problems(wrong)).not.toEqual([]);
  });

const botocore = referenceFile("specs/bedrock/bedrock-runtime.service-2.json");

test.skipIf(botocore === undefined)("the kept description of Bedrock is that of botocore", () => {
  const kept = fileURLToPath(new URL("../judges/bedrock-converse.json", import.meta.url));
  const model = parseJson(readFileSync(botocore ?? "", "utf8"));
  const written = schemasOfBotocore(isObject(model) ? model : {}, ["Converse", "ConverseStream", "CountTokens"]);
  expect(parseJson(readFileSync(kept, "utf8"))).toEqual(written);
});
