import { expect, test } from "bun:test";
import type { Demand } from "#core/demand";
import type { Json } from "#lib/json";
import { decodeRequest } from "#relay/request/decode-request";
import { findDialect, findOperation } from "./find-dialect";
import { type DialectName, dialects } from "./registry";

function demandFor(text: string, dialect: DialectName = "openai-chat", name = "completion"): Demand {
  const operation = findOperation(findDialect(dialects, dialect), name);
  const inference = {
    header: () => null,
    headersLike: () => [],
    pathModel: dialect === "bedrock-converse" ? "m" : undefined,
    pathStream: undefined,
    query: "",
  };
  return operation.demand(decodeRequest(inference, Buffer.from(text), operation));
}

const chat = (more: object = {}, content: Json = "hi") =>
  JSON.stringify({ model: "m", messages: [{ role: "user", content }], ...more });
const messages = (content: Json, more: object = {}) =>
  JSON.stringify({ model: "m", max_tokens: 5, messages: [{ role: "user", content }], ...more });
const png = "iVBORw0KGgo=";

test("demand() bounds text by its bytes and what templates add", () => {
  const body = chat();
  expect(demandFor(body)).toEqual({
    inputTokens: body.length + 128,
    likelyInputTokens: Math.ceil(body.length / 4),
    textBytes: body.length,
    hasTools: false,
    audio: false,
    hourCache: false,
    images: [],
    linkedImages: 0,
    documents: [],
    refersElsewhere: false,
    answers: 1,
    hasOutput: true,
    hostedTools: false,
  });
  const withTools = chat({ tools: [{ type: "function", function: { name: "f" } }] });
  expect(demandFor(withTools).inputTokens).toBe(withTools.length + 128 + 1024);
});

test("demand() takes the larger of two output limits, and every answer", () => {
  expect(demandFor(chat({ max_tokens: 10, max_completion_tokens: 4, n: 3 }))).toMatchObject({
    outputTokens: 10,
    answers: 3,
  });
  expect(demandFor(chat({ max_tokens: -1 })).outputTokens).toBeUndefined();
  const completion = (fields: object) =>
    demandFor(JSON.stringify({ model: "m", ...fields }), "openai-chat", "text-completion");
  expect(completion({ prompt: ["a", "b", "c"], n: 2 }).answers).toBe(6);
  expect(completion({ prompt: [1, 2, 3], best_of: 4 }).answers).toBe(4);
  expect(completion({ prompt: [[1, 2], [3]] }).answers).toBe(2);
  const embeddings = demandFor(JSON.stringify({ model: "m", input: "hi" }), "openai-chat", "embeddings");
  expect(embeddings.hasOutput).toBe(false);
});

test("demand() trusts no limit that a provider may read as none, or differently", () => {
  const limit = (fields: object) => demandFor(chat(fields)).outputTokens;
  expect(limit({ max_tokens: 1, max_completion_tokens: -1 })).toBeUndefined();
  expect(limit({ max_tokens: 0 })).toBeUndefined();
  expect(limit({ max_tokens: "99999", max_completion_tokens: 1 })).toBe(99_999);
  expect(limit({ max_tokens: "many", max_completion_tokens: 1 })).toBeUndefined();
  expect(limit({ max_tokens: 5, max_completion_tokens: null })).toBe(5);
  expect(limit({ max_tokens: 5, n_predict: 70 })).toBe(70);
  const best = JSON.stringify({ model: "m", prompt: "a", best_of: "20" });
  expect(demandFor(best, "openai-chat", "text-completion").answers).toBe(20);
});

/** An image is not read from its address: how much it may be is known of some targets. */
const isElsewhere = ({ linkedImages, refersElsewhere }: Demand) => refersElsewhere || linkedImages > 0;

test("demand() knows input that stands elsewhere, in every dialect's words", () => {
  for (const content of [
    [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }],
    [{ type: "file", file: { file_id: "file-1" } }],
    [{ type: "file", file: { file_data: "UEsDBA==", filename: "a.docx" } }],
    [{ type: "video_url", video_url: { url: "https://example.com/a.mp4" } }],
    [{ type: "video", video: ["https://example.com/1.jpg"] }],
  ]) {
    expect([content[0]?.type, isElsewhere(demandFor(chat({}, content)))]).toEqual([content[0]?.type, true]);
  }
  for (const content of [
    [{ type: "image", source: { type: "url", url: "https://example.com/a.png" } }],
    [{ type: "document", source: { type: "file", file_id: "file_1" } }],
    [{ type: "document", source: { type: "base64", media_type: "application/pdf", data: "UEsDBA==" } }],
    [
      {
        type: "tool_result",
        tool_use_id: "t",
        content: [{ type: "image", source: { type: "url", url: "https://a/" } }],
      },
    ],
    [{ type: "container_upload", file_id: "file_1" }],
  ]) {
    expect([content[0]?.type, isElsewhere(demandFor(messages(content), "anthropic-messages"))]).toEqual([
      content[0]?.type,
      true,
    ]);
  }
  expect(isElsewhere(demandFor(chat({ previous_response_id: "r" })))).toBe(true);
  expect(isElsewhere(demandFor(chat({ extra_body: { google: { cached_content: "c" } } })))).toBe(true);
  const spoken = [{ role: "assistant", audio: { id: "audio_1" } }];
  expect(isElsewhere(demandFor(chat({ messages: spoken })))).toBe(true);
  const heard = (data: string) => [{ role: "user", content: [{ type: "input_audio", input_audio: data }] }];
  expect(isElsewhere(demandFor(chat({ messages: heard("https://a.example/speech.mp3") })))).toBe(true);
  expect(isElsewhere(demandFor(chat({ messages: heard("aGVsbG8=") })))).toBe(false);
  expect(isElsewhere(demandFor(chat({ modalities: ["text", "audio"], audio: { voice: "ash" } })))).toBe(false);
});

test("demand() is not fooled by escapes", () => {
  expect(isElsewhere(demandFor(chat({ extra_body: { cached_content: "c" } }).replace("cached", "cache\\u0064")))).toBe(
    true,
  );
  const body = chat({}, [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }]);
  const escaped = body.replaceAll("image_url", "\\u0069mage\\u005furl");
  expect(JSON.parse(escaped)).toEqual(JSON.parse(body));
  expect(isElsewhere(demandFor(escaped))).toBe(true);
});

test("demand() counts PDFs apart from their bytes, and text in base64 as text", () => {
  const file = (data: string) => chat({}, [{ type: "file", file: { file_data: data, filename: "a" } }]);
  const pdf = `data:application/pdf;base64,JVBERi0${"A".repeat(1000)}`;
  for (const body of [
    file(pdf),
    messages([{ type: "document", source: { type: "base64", media_type: "application/pdf", data: pdf.slice(28) } }]),
  ]) {
    const dialect = body.includes("source") ? "anthropic-messages" : "openai-chat";
    expect(demandFor(body, dialect)).toMatchObject({
      documents: [1007],
      refersElsewhere: false,
      textBytes: body.length - 1007,
      likelyInputTokens: Math.ceil((body.length - 1007) / 4) + 2300,
    });
  }
  const text = file("data:text/plain;base64,aGVsbG8=");
  expect(demandFor(text)).toMatchObject({ documents: [], refersElsewhere: false, textBytes: text.length });
  expect(demandFor(file("data:text/plain;base64,JVBERi0xLjc=")).documents).toEqual([12]);
});

test("demand() counts images apart from their bytes", () => {
  const data = png.repeat(100);
  const body = messages([{ type: "image", source: { type: "base64", media_type: "image/png", data } }]);
  expect(demandFor(body, "anthropic-messages")).toMatchObject({
    images: [undefined],
    inputTokens: body.length - data.length + 128,
    likelyInputTokens: Math.ceil((body.length - data.length) / 4) + 1024,
    refersElsewhere: false,
  });
});

test.each([
  [
    "openai-responses",
    {
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "hi" },
            { type: "input_image", image_url: `data:image/png;base64,${png}` },
            { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0xLjc=" },
          ],
        },
      ],
      max_output_tokens: 700,
      service_tier: "flex",
      tools: [{ type: "web_search" }, { type: "function", name: "f", parameters: {} }],
      max_tool_calls: 4,
    },
    { searches: 4, serviceTier: "flex" },
  ],
  [
    "bedrock-converse",
    {
      messages: [
        {
          role: "user",
          content: [
            { text: "hi" },
            { image: { format: "png", source: { bytes: png } } },
            { document: { format: "pdf", name: "a", source: { bytes: "JVBERi0xLjc=" } } },
          ],
        },
      ],
      inferenceConfig: { maxTokens: 700 },
      serviceTier: { type: "flex" },
      toolConfig: { tools: [{ toolSpec: { name: "f", inputSchema: { json: {} } } }] },
    },
    { hostedTools: false, serviceTier: "flex" },
  ],
] as const)("demand() reads limits, media, tools and tiers of %s in its own words", (dialect, request, more) => {
  const body = JSON.stringify({ model: "m", ...request });
  expect(demandFor(body, dialect)).toMatchObject({
    outputTokens: 700,
    images: [undefined],
    documents: [12],
    hasTools: true,
    textBytes: body.length - png.length - 12,
    ...more,
  });
});

test("demand() takes words for words", () => {
  expect(isElsewhere(demandFor(chat({}, 'see "image_url" and "file" in \\u0041')))).toBe(false);
  const tool = { type: "function", function: { name: "f", parameters: { properties: { file: {}, source: {} } } } };
  expect(isElsewhere(demandFor(chat({ tools: [tool] })))).toBe(false);
  expect(
    isElsewhere(
      demandFor(
        messages([{ type: "document", source: { type: "text", media_type: "text/plain", data: "a" } }]),
        "anthropic-messages",
      ),
    ),
  ).toBe(false);
});

test("demand() expects the most of what it cannot read", () => {
  expect(isElsewhere(demandFor(chat({}, [{ type: "image_url", image_url: 5 }])))).toBe(true);
});

test("demand() knows tools that the provider runs", () => {
  expect(demandFor(chat({ web_search_options: {} }))).toMatchObject({ hostedTools: true, refersElsewhere: true });
  expect(demandFor(chat({ tools: [{ type: "web_search" }] })).hostedTools).toBe(true);
  expect(demandFor(chat({ tools: [{ google_search: {} }] })).hostedTools).toBe(true);
  expect(demandFor(chat({ models: ["dearer/model"] })).hostedTools).toBe(true);
  expect(demandFor(chat({ tools: [{ type: "custom", custom: { name: "c" } }] })).hostedTools).toBe(false);
  const anthropic = (tool: object) => demandFor(messages("hi", { tools: [tool] }), "anthropic-messages").hostedTools;
  expect(anthropic({ type: "web_search_20250305", name: "web_search" })).toBe(true);
  expect(anthropic({ type: "bash_20250124", name: "bash" })).toBe(false);
  expect(anthropic({ name: "own", input_schema: { type: "object" } })).toBe(false);
  const managed = (type: string) =>
    demandFor(messages("hi", { context_management: { edits: [{ type }] } }), "anthropic-messages").hostedTools;
  expect(managed("compact_20260112")).toBe(true);
  expect(managed("clear_tool_uses_20250919")).toBe(false);
});

test("demand() knows how often tools may search where each of them says so", () => {
  const searches = (...tools: readonly object[]) => demandFor(messages("hi", { tools }), "anthropic-messages").searches;
  const search = (more: object) => ({ type: "web_search_20250305", name: "web_search", ...more });
  const fetch = { type: "web_fetch_20250910", name: "web_fetch" };
  const own = { name: "own", input_schema: { type: "object" } };
  expect(searches(search({ max_uses: 3 }), own, fetch)).toBe(3);
  expect(searches(search({ max_uses: 3 }), search({ max_uses: 4 }))).toBe(7);
  expect(searches(fetch)).toBe(0);
  expect([searches(search({})), searches(search({ max_uses: "3" })), searches(search({ max_uses: -1 }))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(searches(search({ max_uses: 3 }), { type: "code_execution_20250825", name: "code" })).toBeUndefined();
  expect(searches(own)).toBeUndefined();
  const beside = messages("hi", { tools: [search({ max_uses: 3 })], mcp_servers: [{}] });
  expect(demandFor(beside, "anthropic-messages").searches).toBeUndefined();
  // What a chat provider makes of such a field is not known.
  expect(demandFor(chat({ tools: [search({ max_uses: 3 })] })).searches).toBeUndefined();
});

test("demand() passes the service tier on", () => {
  expect(demandFor(chat({ service_tier: "priority" })).serviceTier).toBe("priority");
  const inHaste = messages("hi", { speed: "fast", service_tier: "standard_only" });
  expect(demandFor(inHaste, "anthropic-messages").serviceTier).toBe("fast");
  expect(demandFor(messages("hi", { speed: "standard" }), "anthropic-messages").serviceTier).toBeUndefined();
});
