import { describe, expect, test } from "bun:test";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import { expand } from "./collect";
import { finishMessage } from "./finish-message";
import { dialects } from "./registry";

const context = { id: "0".repeat(32), nowS: 1, streamUsage: true };
const words = "The answer was stopped: it names a person.";

const candidate = {
  content: { parts: [{ text: "Hm" }], role: "model" },
  finishReason: "SPII",
  index: 0,
  finishMessage: words,
};
const message: JsonObject = {
  ...{
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [],
    stop_reason: "refusal",
    stop_sequence: null,
  },
  ...{
    stop_details: { type: "refusal", category: "cyber", explanation: words },
    usage: { input_tokens: 1, output_tokens: 1 },
  },
};

/** What providers that have words for it answer. */
const answers: { readonly [provider: string]: JsonObject } = {
  gemini: { candidates: [candidate], responseId: "r", modelVersion: "m" },
  "gemini, whose prompt was blocked": { promptFeedback: { blockReason: "SAFETY", blockReasonMessage: words } },
  "anthropic-messages": message,
  "bedrock-invoke": message,
};

/** Where clients are told; of the others it is named. */
const told: { readonly [client: string]: RegExp } = {
  gemini: /"finishMessage":"The answer was stopped/,
  "anthropic-messages":
    /"stop_details":\{"type":"refusal","category":(?:null|"cyber"),"explanation":"The answer was stopped/,
  "bedrock-invoke":
    /"stop_details":\{"type":"refusal","category":(?:null|"cyber"),"explanation":"The answer was stopped/,
};

describe("what a provider says of an end", () => {
  for (const [name, answer] of Object.entries(answers)) {
    const [provider = ""] = name.split(",");
    for (const client of Object.keys(dialects)) {
      const read = dialects[provider]?.operations.completion?.translation?.codec.decodeResponse(answer);
      const endpoint = dialects[client]?.operations.completion?.translation?.endpoint;
      if (endpoint === undefined || read === undefined) continue;
      test(`from ${name} to ${client}`, () => {
        expect(read.finishes[0]?.message).toBe(words);
        const encoder = endpoint.createStreamEncoder(context);
        const stream = plain(expand(read).map(encoder.push).join(""));
        const whole = JSON.stringify(endpoint.encodeResponse(read, context));
        const place = told[client];
        if (place === undefined) expect(encoder.dropped()).toContain(finishMessage);
        else {
          expect(stream).toMatch(place);
          expect(whole).toMatch(place);
          expect(encoder.dropped()).not.toContain(finishMessage);
        }
      });
    }
  }

  test("is no news of an ordinary one", () => {
    const ordinary = { ...candidate, finishReason: "STOP", finishMessage: "Model generated function call(s)." };
    const read = dialects.gemini?.operations.completion?.translation?.codec.decodeResponse({ candidates: [ordinary] });
    expect(read?.finishes).toEqual([{ choice: 0, reason: "stop", raw: "STOP" }]);
  });

  test("stays at its place for a client of the dialect whose end is no refusal", () => {
    const broken = { ...candidate, finishReason: "MALFORMED_FUNCTION_CALL" };
    const { codec } = dialects.gemini?.operations.completion?.translation ?? {};
    const { endpoint } = dialects["anthropic-messages"]?.operations.completion?.translation ?? {};
    const read = codec?.decodeResponse({ candidates: [broken] });
    if (read === undefined || endpoint === undefined) throw new TypeError("no codec");
    const encoder = endpoint.createStreamEncoder(context);
    for (const event of expand(read)) encoder.push(event);
    expect(encoder.dropped()).toEqual([finishMessage]);
    const whole = parseJson(JSON.stringify(endpoint.encodeResponse(read, context)));
    expect(isObject(whole) && whole.stop_details).toBeUndefined();
  });
});

/** Events of InvokeModel are in base64. */
function plain(stream: string): string {
  return stream.replace(/"bytes":"([^"]*)"/g, (_, bytes: string) => Buffer.from(bytes, "base64").toString());
}
