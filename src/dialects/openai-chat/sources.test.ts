import { describe, expect, test } from "bun:test";
import type { CompletionEvent } from "#core/completion";
import type { Json, JsonObject } from "#lib/json";
import { createCollector } from "../collect";
import { openaiChatCodec } from "../fixtures/parts";
import { dialects } from "../registry";
import { mergeOpaque } from "./merge-opaque";

const raw = new Uint8Array(0);
const one = "https://one.example/a";
const two = "https://two.example/b";

/** What providers put beside the choices, by whose form it is. */
const lists: { readonly [maker: string]: JsonObject } = {
  "Perplexity, of before search_results": { citations: [one, two] },
  Perplexity: {
    citations: [one, two],
    search_results: [
      { title: "One", url: one, date: "2025-11-13", last_updated: null, snippet: "The first.", source: "web" },
      { title: "Two", url: two, date: null, snippet: "", source: "web" },
    ],
  },
  "Perplexity, with the new field alone": { search_results: [{ title: "One", url: one }, { url: two }] },
  Zhipu: {
    web_search: [
      { icon: "", title: "One", link: one, media: "m", content: "The first.", refer: "ref_1" },
      { title: "", link: two, content: "", refer: "ref_2" },
      { title: "no address", content: "x", refer: "ref_3" },
    ],
  },
  Qwen: { search_info: { search_results: [{ index: 1, title: "One", url: one }, { index: 2, url: two }, null] } },
};

function whole(message: JsonObject, rest: JsonObject) {
  return openaiChatCodec.decodeResponse({
    id: "c1",
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop" }],
    ...rest,
  });
}

function events(chunks: readonly JsonObject[]): readonly CompletionEvent[] {
  const decoder = openaiChatCodec.createStreamDecoder();
  const head = { id: "c1", object: "chat.completion.chunk", model: "m" };
  const told = chunks.flatMap((chunk) =>
    decoder.push({ event: "message", data: JSON.stringify({ ...head, ...chunk }), raw }),
  );
  return [...told, ...decoder.finish().events];
}

function collected(chunks: readonly JsonObject[]) {
  const collector = createCollector((_dialect, value, delta) => mergeOpaque(value, delta));
  for (const event of events(chunks)) collector.push(event);
  return collector.completion();
}

const chunk = (delta: Json, rest: JsonObject = {}, finish: Json = null): JsonObject => ({
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...rest,
});

/** Where in a stream the list comes: with every chunk (Perplexity), with the last (xAI), or in one of its own (Qwen). */
const streams: { readonly [when: string]: (list: JsonObject) => readonly JsonObject[] } = {
  "with every chunk": (list) => [
    chunk({ role: "assistant", content: "Yes" }, list),
    chunk({ content: ".[1]" }, list),
    chunk({ content: "" }, list, "stop"),
  ],
  "with the last chunk": (list) => [
    chunk({ role: "assistant", content: "Yes" }),
    chunk({ content: ".[1]" }),
    chunk({}, list, "stop"),
  ],
  "behind the finish reason": (list) => [
    chunk({ content: "Yes" }),
    chunk({ content: ".[1]" }, {}, "stop"),
    { choices: [], ...list },
  ],
  "before the first": (list) => [
    { choices: [], ...list },
    chunk({ content: "Yes" }),
    chunk({ content: ".[1]" }, {}, "stop"),
  ],
};

/** AWS's `chunk` events of InvokeModel hold theirs in Base64. */
function unwrapped(text: string): string {
  return text.replaceAll(/"bytes":"([^"]+)"/g, (_event, inner: string) => atob(inner));
}

describe("sources beside the choices", () => {
  for (const [maker, list] of Object.entries(lists)) {
    test(`of ${maker} are cited by the text, whole and streamed alike`, () => {
      const { items } = whole({ content: "Yes.[1]" }, list);
      const [text] = items;
      expect(items).toHaveLength(1);
      expect(text?.kind === "text" ? text.citations.map(({ url }) => url) : undefined).toEqual([one, two]);
      for (const stream of Object.values(streams)) expect(collected(stream(list)).items).toEqual(items);
    });

    for (const { name, operations } of Object.values(dialects)) {
      const endpoint = operations.completion?.translation?.endpoint;
      if (endpoint === undefined || name === "openai-chat") continue;
      test(`of ${maker} reach a client of ${name}, and nothing is named as lost`, () => {
        const context = { id: "0".repeat(32), nowS: 0, streamUsage: true };
        const answer = endpoint.encodeResponse(whole({ content: "Yes.[1]" }, list), context);
        for (const url of [one, two]) expect(JSON.stringify(answer)).toContain(url);
        for (const stream of Object.values(streams)) {
          const encoder = endpoint.createStreamEncoder(context);
          const bytes = events(stream(list))
            .map((event) => encoder.push(event))
            .join("");
          expect(encoder.dropped()).toEqual([]);
          for (const url of [one, two]) expect(unwrapped(bytes)).toContain(url);
        }
      });
    }
  }

  test("carry the title and the words that are told of an address elsewhere", () => {
    const [text] = whole({ content: "Yes." }, lists.Perplexity ?? {}).items;
    expect(text?.kind === "text" && text.citations).toEqual([
      { url: one, title: "One", citedText: "The first.", origin: "openai-chat", raw: null },
      { url: two, title: "Two", origin: "openai-chat", raw: null },
    ]);
  });

  test("are told once where the message cites some itself", () => {
    const annotation = { type: "url_citation", url_citation: { url: two, title: "2", start_index: 0, end_index: 1 } };
    const [text] = whole({ content: "Yes.", annotations: [annotation] }, { citations: [one, two] }).items;
    expect(text?.kind === "text" && text.citations.map(({ url }) => url)).toEqual([two, one]);
  });

  test("stand with the answer, not with the reasoning before it", () => {
    const { items } = whole({ reasoning_content: "Hm.", content: "Yes." }, { citations: [one] });
    expect(items.map(({ kind }) => kind)).toEqual(["reasoning", "text"]);
    expect(items[1]?.kind === "text" && items[1].citations).toHaveLength(1);
  });

  test("that come when no text is left are named as lost to clients of other dialects", () => {
    const call = { index: 0, id: "call_1", function: { name: "look", arguments: "{}" } };
    const late = [
      chunk({ content: "Look." }),
      chunk({ tool_calls: [call] }),
      chunk({}, { citations: [one] }, "tool_calls"),
    ];
    for (const { name, operations } of Object.values(dialects)) {
      const endpoint = operations.completion?.translation?.endpoint;
      if (endpoint === undefined || name === "openai-chat") continue;
      const encoder = endpoint.createStreamEncoder({ id: "0".repeat(32), nowS: 0, streamUsage: true });
      for (const event of events(late)) encoder.push(event);
      expect([name, encoder.dropped().length]).toEqual([name, 1]);
    }
  });

  test("that hold no address change nothing", () => {
    for (const list of [{ citations: [] }, { citations: null }, { citations: [1, ""] }, { search_info: "x" }]) {
      const { items } = whole({ content: "Yes." }, list);
      expect(items).toEqual(whole({ content: "Yes." }, {}).items);
    }
  });
});
