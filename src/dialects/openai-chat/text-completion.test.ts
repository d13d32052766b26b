import { expect, test } from "bun:test";
import type { Completion, CompletionEvent } from "#core/completion";
import { noUsage } from "#core/usage";
import { isObject, type Json, tryParseJson } from "#lib/json";
import { expand } from "../collect";
import { openaiChatCodec, targetOf } from "../fixtures/parts";
import { textEndpoint } from "./encode-text-completion";
import { decodeTextRequest } from "./text-completion";

const asked = { model: "m", prompt: "Once upon", max_tokens: 9, stop: "\n", n: 2 };
const context = (request: Json) => ({ id: "1", nowS: 7, streamUsage: true, request: decodeTextRequest(request) });

test("decodeTextRequest() asks the prompt as a message, and names what no chat can do", () => {
  const { body, dropped } = openaiChatCodec.encodeRequest(
    decodeTextRequest({ ...asked, suffix: "The end", best_of: 3, logprobs: 2, echo: true, seed: 1 }),
    targetOf("openai", "openai-chat", "gpt-4o"),
  );
  expect(body).toEqual({
    model: "gpt-4o",
    messages: [{ role: "user", content: "Once upon" }],
    ...{ max_tokens: 9, seed: 1, stop: ["\n"], n: 2, logprobs: true, top_logprobs: 2 },
  });
  expect(dropped).toEqual(["suffix", "best_of"]);
  const plain = { ...asked, best_of: 2, suffix: null, echo: false, prompt: ["Once upon"] };
  expect(
    openaiChatCodec.encodeRequest(decodeTextRequest(plain), targetOf("openai", "openai-chat", "m")).dropped,
  ).toEqual([]);
});

test("decodeTextRequest() refuses several prompts and lists of tokens by name", () => {
  for (const prompt of [["a", "b"], [1, 2], [[1]], 7])
    expect(() => decodeTextRequest({ ...asked, prompt })).toThrow('"prompt" must be one text at this model');
});

const logprobs = [
  { token: " a", logprob: -0.5, bytes: null, top: [{ token: " a", logprob: -0.5, bytes: null }] },
  { token: "b", logprob: -1, bytes: null, top: [] },
];
const completion: Completion = {
  id: "chatcmpl-1",
  model: "m",
  items: [
    { kind: "reasoning", choice: 0, index: 0, text: "Hm" },
    { kind: "text", choice: 0, index: 1, text: " ab", citations: [], logprobs },
    { kind: "text", choice: 1, index: 2, text: "c", citations: [], logprobs: [] },
  ],
  finishes: [
    { choice: 0, reason: "stop" },
    { choice: 1, reason: "length" },
  ],
  usage: { ...noUsage, input: 2, output: 3 },
  extensions: {},
};
const scores = {
  ...{ tokens: [" a", "b"], token_logprobs: [-0.5, -1], top_logprobs: [{ " a": -0.5 }, {}] },
};

test("textEndpoint tells a chat's answer as texts, whole and streamed", () => {
  const whole = textEndpoint.encodeResponse(completion, context(asked));
  expect(whole).toMatchObject({
    ...{ id: "chatcmpl-1", object: "text_completion", created: 7, model: "m" },
    choices: [
      { text: " ab", index: 0, logprobs: { ...scores, text_offset: [0, 2] }, finish_reason: "stop" },
      { text: "c", index: 1, logprobs: null, finish_reason: "length" },
    ],
    usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 },
  });
  const { ends, texts, usage } = streamed(expand(completion), asked);
  expect([texts, ends]).toEqual([
    [" ab", "c"],
    ["stop", "length"],
  ]);
  expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 3 });
});

test("textEndpoint gives the prompt back where it is asked for", () => {
  const echo = { ...asked, echo: true };
  const whole = textEndpoint.encodeResponse(completion, context(echo));
  expect(whole.choices).toMatchObject([
    { text: "Once upon ab", logprobs: { text_offset: [9, 11] } },
    { text: "Once uponc" },
  ]);
  expect(streamed(expand(completion), echo).texts).toEqual(["Once upon ab", "Once uponc"]);
});

function streamed(events: readonly CompletionEvent[], request: Json) {
  const encoder = textEndpoint.createStreamEncoder(context(request));
  const lines = events
    .map((event) => encoder.push(event))
    .join("")
    .split("\n\n")
    .filter(Boolean);
  expect(lines.at(-1)).toBe("data: [DONE]");
  const chunks = lines
    .slice(0, -1)
    .map((line) => tryParseJson(line.slice(6)))
    .filter(isObject);
  const texts = ["", ""];
  const ends: Json[] = [];
  for (const { choices, object } of chunks) {
    expect(object).toBe("text_completion");
    for (const choice of Array.isArray(choices) ? choices : []) {
      texts[choice.index] += choice.text;
      if (choice.finish_reason !== null) ends.push(choice.finish_reason);
    }
  }
  return { texts, ends, usage: chunks.at(-1)?.usage };
}
