import { describe, expect, test } from "bun:test";
import type { CompletionEvent, CompletionRequest, Message } from "#core/completion";
import { writeJson } from "#lib/json-text";
import { dialects } from "./registry";
import { uniqueCalls, withUniqueCalls } from "./unique-calls";

const call = (id: string, name = "look") => ({ type: "tool-call", id, name, arguments: "{}" }) as const;
const result = (callId: string, text: string) =>
  ({ type: "tool-result", callId, isError: false, content: [{ type: "text", text }] }) as const;
const user: Message = { role: "user", content: [{ type: "text", text: "Hi" }] };
const said = (...content: Message["content"]): Message => ({ role: "assistant", content });
const told = (...content: Message["content"]): Message => ({ role: "user", content });

/** Two turns of a provider that counts anew with each, the second with two calls of one id. */
const repeated: readonly Message[] = [
  ...[user, said(call("call_0")), told(result("call_0", "first"))],
  ...[said(call("call_0"), call("call_0")), told(result("call_0", "second"), result("call_0", "third"))],
];
const request: CompletionRequest = {
  ...{ model: "m", stream: false, streamUsage: true, stop: [], n: 1, extensions: {}, messages: repeated },
  tools: [{ type: "function", name: "look" }],
};

describe("uniqueCalls()", () => {
  test("gives calls and their results ids of their own", () => {
    const [, first, firstResult, others, otherResults] = uniqueCalls(repeated);
    expect(first).toEqual(said(call("call_0")));
    expect(firstResult).toEqual(told(result("call_0", "first")));
    expect(others).toEqual(said(call("call_0_2"), call("call_0_3")));
    expect(otherResults).toEqual(told(result("call_0_2", "second"), result("call_0_3", "third")));
  });

  test("leaves messages alone in which none is repeated, and a name that is taken", () => {
    const plain = [user, said(call("a"), call("b")), told(result("b", "2"), result("a", "1"))];
    expect(uniqueCalls(plain)).toBe(plain);
    const taken = uniqueCalls([said(call("a_2")), said(call("a")), told(result("a", "1")), said(call("a"))]);
    expect(taken.at(-1)).toEqual(said(call("a_3")));
  });

  for (const name of ["anthropic-messages", "bedrock-invoke", "bedrock-converse"])
    test(`keeps ${name} from an id that comes twice`, () => {
      const codec = dialects[name]?.operations.completion?.translation?.codec;
      const sent = writeJson(codec?.encodeRequest(request, { model: "m", traits: {} }).body ?? {});
      const ids = [...sent.matchAll(/"(?:id|toolUseId)":"(call_0[^"]*)","name"/g)].map(([, id]) => id);
      expect(ids).toEqual(["call_0", "call_0_2", "call_0_3"]);
      const results = [...sent.matchAll(/"(?:tool_use_id|toolUseId)":"(call_0[^"]*)","content"/g)].map(([, id]) => id);
      expect(results).toEqual(ids);
    });
});

describe("withUniqueCalls()", () => {
  const answered = {
    ...{ id: "c", model: "m" },
    choices: [
      {
        index: 0,
        finish_reason: "tool_calls",
        message: {
          role: "assistant",
          content: null,
          tool_calls: ["call_0", "call_0", "call_9"].map((id) => ({
            id,
            type: "function",
            function: { name: "look", arguments: "{}" },
          })),
        },
      },
    ],
  };
  const chat = dialects["openai-chat"]?.operations.completion?.translation;
  if (chat === undefined) throw new TypeError("no translation");

  test("gives a whole answer's calls ids that its conversation does not have", () => {
    const { items } = withUniqueCalls(chat, request).codec.decodeResponse(answered);
    expect(items.map((item) => item.kind === "tool-call" && item.id)).toEqual(["call_0_2", "call_0_3", "call_9"]);
  });

  test("gives a stream's calls the same", () => {
    const decoder = withUniqueCalls(chat, request).codec.createStreamDecoder();
    const calls = ["call_0", "call_0", "call_9"].map((id, index) => ({
      index,
      id,
      type: "function",
      function: { name: "look", arguments: "{}" },
    }));
    const chunk = (delta: object, finish: string | null) =>
      JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta, finish_reason: finish }] });
    const texts = [...calls.map((each) => chunk({ tool_calls: [each] }, null)), chunk({}, "tool_calls"), "[DONE]"];
    const events = texts.flatMap((data) => decoder.push({ event: "message", data, raw: Buffer.from(data) }));
    const begun = events.flatMap((event: CompletionEvent) =>
      event.type === "item-start" && event.kind === "tool-call" ? [event.id] : [],
    );
    expect(begun).toEqual(["call_0_2", "call_0_3", "call_9"]);
  });

  test("leaves the translation of a request without tools as it is", () => {
    expect(withUniqueCalls(chat, { ...request, tools: [] })).toBe(chat);
  });
});
