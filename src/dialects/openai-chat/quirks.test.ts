import { describe, expect, test } from "bun:test";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import { namesOf } from "#lib/names-of";
import { decodeRequest } from "#relay/request/decode-request";
import { changeFields } from "../request-body";
import { completion } from "./operations";
import { quirks } from "./quirks";
import { codec } from "./translation";

type QuirkName = keyof typeof quirks;

const callId = "toolu_0123456789";
const short = /^[a-zA-Z0-9]{9}$/;

/** A request in which every quirk finds something. */
const request: JsonObject = {
  model: "asked",
  stream: true,
  stream_options: { include_obfuscation: false },
  max_completion_tokens: 5,
  messages: [
    { role: "developer", content: "Be brief" },
    { role: "user", content: [{ type: "text", text: "hi", cache_control: { type: "ephemeral" } }] },
    {
      role: "assistant",
      content: "",
      reasoning_content: "so",
      tool_calls: [{ id: callId, type: "function", function: { name: "f", arguments: '{"a": 1.0}' } }],
    },
    { role: "tool", tool_call_id: callId, content: "1" },
  ],
};

const target = (names: readonly QuirkName[]) => ({ model: "served", quirks: names });

/** The request as a provider of the same dialect gets it. */
function passed(body: JsonObject | string, names: readonly QuirkName[]): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const decoded = decodeRequest({ header: () => null, pathModel: undefined }, Buffer.from(text), completion);
  return Buffer.from(changeFields(decoded.body, completion.patchRequest(decoded, target(names)))).toString();
}

/** The request as one gets it for a client of another dialect: through the pivot, without what only this dialect says. */
function translated(names: readonly QuirkName[]): JsonObject {
  const pivot = decodeRequest(
    { header: () => null, pathModel: undefined },
    Buffer.from(JSON.stringify(request)),
    completion,
  ).full();
  const foreign = pivot.messages.map(({ extensions: _, ...message }) => ({
    ...message,
    content: message.content
      .filter(({ type }) => type !== "reasoning")
      .map((part) =>
        part.type === "text" ? ({ type: "text", text: part.text, cache: { ttl: "5m" } } as const) : part,
      ),
  }));
  const thought = {
    type: "reasoning",
    text: "so",
    state: { origin: "anthropic-messages", value: "s", redacted: false },
  } as const;
  const messages = foreign.map((message) =>
    message.role === "assistant" ? { ...message, content: [thought, ...message.content] } : message,
  );
  return codec.encodeRequest({ ...pivot, messages, extensions: {}, spelling: {} }, target(names)).body;
}

/** What each quirk leaves in the body, on both ways. */
const expected: { readonly [name in QuirkName]: (body: JsonObject, isPassed: boolean) => void } = {
  "max-tokens": (body) => expect([body.max_tokens, body.max_completion_tokens]).toEqual([5, undefined]),
  "no-stream-options": (body) => expect([body.stream, body.stream_options]).toEqual([true, undefined]),
  "no-developer-role": (body) => expect(body.messages).toHaveProperty("0.role", "system"),
  "cache-control": (body) => expect(body.messages).toHaveProperty("1.content.0.cache_control", { type: "ephemeral" }),
  "reasoning-content": (body) => expect(body.messages).toHaveProperty("2.reasoning_content", "so"),
  "reasoning-details": (body, isPassed) => {
    if (isPassed) expect(body.messages).toHaveProperty("2.reasoning_content", "so");
    else expect(body.messages).toHaveProperty("2.reasoning_details.0.signature", "s");
  },
  "nine-character-call-ids": (body) => {
    expect(body.messages).toHaveProperty("2.tool_calls.0.id", expect.stringMatching(short));
    const { messages } = body;
    const [called, answered] = Array.isArray(messages) ? [messages[2], messages[3]] : [];
    expect(called).toHaveProperty("tool_calls.0.id", isObject(answered ?? null) ? answered.tool_call_id : "");
  },
};

describe("every quirk acts on both ways", () => {
  for (const name of namesOf(quirks)) {
    test(`${name}, translated`, () => expected[name](translated([name]), false));

    test(`${name}, passed through`, () => {
      const body = parseJson(passed(request, [name]));
      if (!isObject(body)) throw new TypeError("It is no object");
      expected[name](body, true);
      expect(body.model).toBe("served");
    });
  }
});

describe("patchRequest()", () => {
  test("changes the model and asks for usage, keeping other stream options", () => {
    expect(passed({ model: "a", stream: true, stream_options: { include_obfuscation: false } }, [])).toBe(
      '{"model":"served","stream":true,"stream_options":{"include_obfuscation":false,"include_usage":true}}',
    );
  });

  test("changes the model alone when nothing streams", () => {
    expect(passed('{"model":"a", "temperature":1.0}', [])).toBe('{"model":"served", "temperature":1.0}');
  });

  test("carries every value as the client wrote it, whatever its provider's quirks change around it", () => {
    const text =
      '{ "max_completion_tokens":1e1 ,"messages":[{"role":"developer","content":"a\\u0041"},{"n":1.0}],"model":"m","seed":1.50}';
    expect(passed(text, ["max-tokens", "no-developer-role", "nine-character-call-ids"])).toBe(
      '{ "messages":[{"role":"system","content":"a\\u0041"},{"n":1.0}],"model":"served","seed":1.50,"max_tokens":1e1}',
    );
  });

  test("lets the newer name of the limit go before the older", () => {
    expect(passed('{"model":"m","max_tokens":9,"max_completion_tokens":5}', ["max-tokens"])).toBe(
      '{"model":"served","max_tokens":5}',
    );
  });
});
