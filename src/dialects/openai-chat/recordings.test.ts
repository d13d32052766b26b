import { describe, expect, test } from "bun:test";
import type { Completion, CompletionEvent } from "#core/completion";
import type { StreamEvent } from "#lib/frame-parser";
import { arrayOf, isArray, isObject, type Json, type JsonObject, parseJson, stringOf, tryParseJson } from "#lib/json";
import { createCollector, expand } from "../collect";
import { openaiChatCodec as codec, openaiChatEndpoint as endpoint } from "../fixtures/parts";
import { hasLargeSet, parseEvents, type Recording, readRecordings } from "../fixtures/recordings";
import { InvalidAnswer } from "../operation";
import { readOutput } from "./delta-output";
import { mergeOpaque } from "./merge-opaque";

// Recorded answers and requests of many providers, replayed through codec and endpoint.
const files = [
  ...["alibaba", "azure-openai", "cerebras", "deepseek", "gemini", "groq", "huggingface", "mistral", "moonshot"],
  ...["ollama", "openai", "openrouter", "other", "perplexity", "together", "vertex", "xai"],
];
const recordings = readRecordings(files, "chat.completions");
const context = { id: "0".repeat(32), nowS: 0, streamUsage: true };
const askedWithFunctions = endpoint.decodeRequest({ model: "m", messages: [], functions: [] });

/** Bodies that several answers were written into: no provider sends such a thing. */
const notOneAnswer = new Set(["7995401d8895", "2fd6570c508d", "4310d2154b18", "7be4e18f598d"]);

describe("recorded Chat Completions", () => {
  const answers = recordings.filter((each) => each.status < 400 && !notOneAnswer.has(each.id));
  const wholes = answers.filter((each) => !isStream(each));
  const streams = answers.filter(isStream);
  const failures = recordings.filter((each) => each.status >= 400);
  // What OpenAI refused is no model for what we may send.
  const requests = recordings.filter(
    ({ status, request }) => status !== 400 && isObject(request) && isArray(request.messages),
  );

  test("cover whole answers, streams, requests and errors", () => {
    const counts = [wholes, streams, requests, failures].map((each) => each.length);
    process.stdout.write(`whole, streams, requests, errors: ${counts.join(", ")}\n`);
    expect(counts[0]).toBeGreaterThan(hasLargeSet ? 200 : 60);
    expect(counts[1]).toBeGreaterThan(hasLargeSet ? 90 : 30);
    expect(counts[2]).toBeGreaterThan(hasLargeSet ? 150 : 40);
  });

  for (const { id, provider, answer } of wholes) {
    test(`whole answer ${id} of ${provider} keeps what it says`, () => {
      const body = requireObject(parseJson(answer));
      const completion = codec.decodeResponse(body);
      const asked = answer.includes('"function_call":') ? { ...context, request: askedWithFunctions } : context;
      const encoded = endpoint.encodeResponse(completion, asked);
      const said = (told: JsonObject) =>
        arrayOf(told, "choices").map((choice) => sayingsOf(choice, arrayOf(body, "citations")));
      expect(said(encoded)).toEqual(said(body));
      expect(usageOf(encoded.usage)).toEqual(usageOf(body.usage));
      const { usage, finishReason } = codec.meterResponse(body) ?? {};
      expect(usage).toEqual(completion.usage);
      expect(finishReason ?? "").toBe(completion.finishes[0]?.raw ?? "");
    });

    test(`whole answer ${id} of ${provider} streams to the same completion`, () => {
      const completion = codec.decodeResponse(parseJson(answer));
      const again = collect(decode(parseEvents(encodeEvents(expand(completion)))).events);
      expect(comparable(again)).toEqual(comparable(completion));
    });
  }

  for (const recording of streams) {
    const { id, provider, answer } = recording;
    const events = parseEvents(sseText(recording));
    const chunks = events.map((event) => tryParseJson(event.data)).filter(isObject);

    test(`stream ${id} of ${provider} decodes to what its chunks say`, () => {
      const decoded = decode(events);
      expect(decoded.complete).toBe(true);
      expect(decoded.events.at(-1)?.type).toBe("end");
      const completion = collect(decoded.events);
      expect<unknown>(streamSayings(completion)).toEqual(chunkSayings(chunks));
    });

    test(`stream ${id} of ${provider} encodes and decodes to the same completion`, () => {
      const decoded = decode(events).events;
      const again = collect(decode(parseEvents(encodeEvents(decoded))).events);
      expect(comparable(again)).toEqual(comparable(collect(decoded)));
    });

    test(`stream ${id} of ${provider} is metered as it decodes`, () => {
      const meter = codec.createStreamMeter({ hideUsage: false });
      const verdicts = events.map((event) => meter.push(event));
      const completion = collect(decode(events).events);
      const facts = meter.facts();
      const isMarked = events.some((event) => event.data.trim() === "[DONE]");
      expect(facts.complete).toBe(true);
      expect(facts.missingTail).toBe(isMarked ? "" : "data: [DONE]\n\n");
      expect(facts.usage).toEqual(completion.usage);
      expect(facts.finishReason ?? "").toBe(completion.finishes[0]?.raw ?? "");
      expect(facts.model).toBe(completion.model);
      expect(facts.outputBytes).toBe(textBytesOf(chunks));
      expect(verdicts.every((verdict) => verdict.forward)).toBe(true);
      expect(verdicts.filter((verdict) => verdict.terminal).length).toBe(isMarked ? 1 : 0);
    });

    test(`stream ${id} of ${provider} cut anywhere is not complete`, () => {
      const last = lastNeeded(events);
      const step = Math.max(1, Math.floor(events.length / 40));
      for (let cut = 0; cut < events.length; cut += events.length - cut < 6 ? 1 : step) {
        const head = events.slice(0, cut);
        const meter = codec.createStreamMeter({ hideUsage: true });
        for (const event of head) meter.push(event);
        expect(decode(head).complete).toBe(cut > last);
        expect(meter.facts().complete).toBe(cut > last);
      }
    });

    if (answer.length < 4000)
      test(`stream ${id} of ${provider} cut at any byte is not complete`, () => {
        const bytes = Buffer.from(sseText(recording));
        const whole = events.slice(0, lastNeeded(events) + 1).reduce((sum, event) => sum + event.raw.length, 0);
        // The event that completes the answer is whole without its blank line.
        const needed = bytes.subarray(0, whole).toString("latin1").trimEnd().length;
        for (let cut = 0; cut < needed; cut++) {
          const head = parseEvents(bytes.subarray(0, cut).toString("latin1"));
          const meter = codec.createStreamMeter({ hideUsage: true });
          for (const event of head) meter.push(event);
          expect(isDecodedWhole(head)).toBe(false);
          expect(meter.facts().complete).toBe(false);
        }
      });

    test(`stream ${id} of ${provider} loses its usage chunk alone when usage is hidden`, () => {
      const meter = codec.createStreamMeter({ hideUsage: true });
      const held = events.filter((event) => !meter.push(event).forward).map((event) => tryParseJson(event.data));
      expect(held).toEqual(chunks.filter((chunk) => isObject(chunk.usage) && arrayOf(chunk, "choices").length === 0));
    });
  }

  for (const { id, provider, request } of requests) {
    test(`request ${id} to ${provider} decodes and encodes to itself`, () => {
      const body = request ?? {};
      const decoded = endpoint.decodeRequest(body);
      const encoded = codec.encodeRequest(decoded, { model: decoded.model, traits: {} });
      expect(encoded.dropped).toEqual([]);
      expect(encoded.body).toEqual(normalRequest(body));
    });
  }

  for (const { id, provider, status, answer } of failures) {
    test(`error ${id} of ${provider} is read`, () => {
      const error = requireObject(requireObject(parseJson(answer)).error ?? null);
      const failure = codec.decodeError(status, answer);
      expect(failure.message).toBe(stringOf(error, "message") ?? "");
      expect(failure.code).toBe(typeof error.code === "number" ? String(error.code) : stringOf(error, "code"));
    });
  }
});

// ── replaying ──────────────────────────────────────────────────────────────────────────────────────────────────────

function isStream({ answer }: Recording): boolean {
  return tryParseJson(answer) === undefined;
}

/** Some streams were recorded as one payload a line, without saying so. */
function sseText({ answer }: Recording): string {
  if (/^(?:data:|:)/m.test(answer)) return answer;
  const lines = answer.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => `data: ${line.trim()}\n\n`).join("");
}

function decode(events: readonly StreamEvent[]) {
  const decoder = codec.createStreamDecoder();
  const pushed = events.flatMap((event) => decoder.push(event));
  const rest = decoder.finish();
  return { complete: rest.complete, events: [...pushed, ...rest.events] };
}

/** False as well for an event that was cut in the middle and cannot be read. */
function isDecodedWhole(events: readonly StreamEvent[]): boolean {
  try {
    return decode(events).complete;
  } catch (error) {
    if (error instanceof InvalidAnswer) return false;
    throw error;
  }
}

function collect(events: readonly CompletionEvent[]): Completion {
  const collector = createCollector((_dialect, value, delta) => mergeOpaque(value, delta));
  for (const event of events) collector.push(event);
  return collector.completion();
}

function encodeEvents(events: readonly CompletionEvent[]): string {
  const encoder = endpoint.createStreamEncoder(context);
  const text = events.map((event) => encoder.push(event)).join("");
  expect(encoder.dropped()).toEqual([]);
  return text;
}

function requireObject(value: Json): JsonObject {
  if (!isObject(value)) throw new Error("the recording is not an object");
  return value;
}

// ── what an answer says, read apart from the code under test ───────────────────────────────────────────────────────

/** Words of look-alikes that clients of OpenAI do not know. */
const finishWords: ReadonlyMap<Json | undefined, string> = new Map([["eos", "stop"]]);

/** Sources `listed` beside the choices are told as annotations too. */
function sayingsOf(choice: Json, listed: readonly Json[]) {
  const { message: found, finish_reason, index, logprobs } = requireObject(choice);
  const message = requireObject(found ?? null);
  const content = isArray(message.content) ? message.content.filter(isObject) : [];
  const thinking = content.flatMap((part) => arrayOf(part, "thinking").filter(isObject).map(textOf));
  const calls = arrayOf(message, "tool_calls").filter(isObject);
  const legacy = isObject(message.function_call) ? [{ function: message.function_call }] : [];
  return {
    index,
    text: isArray(message.content) ? content.map(textOf).join("") : (message.content ?? ""),
    reasoning: [message.reasoning_content ?? message.reasoning ?? "", ...thinking].join(""),
    refusal: message.refusal ?? null,
    calls: [...calls, ...legacy].map((call) => requireObject(call.function ?? null)),
    ids: calls.map((call) => call.id),
    annotations: arrayOf(message, "annotations").filter((one) => !listed.includes(addressOf(one) ?? null)),
    audio: message.audio ?? null,
    logprobs: logprobs ?? null,
    finish: isLegacyFinish(finish_reason) ? "tool_calls" : (finishWords.get(finish_reason) ?? finish_reason),
  };
}

function addressOf(annotation: Json): string | undefined {
  return stringOf(requireObject(requireObject(annotation).url_citation ?? {}), "url");
}

function textOf(part: JsonObject): string {
  return stringOf(part, "text") ?? "";
}

function isLegacyFinish(word: Json | undefined): boolean {
  return word === "function_call" || word === "tool_calls";
}

function usageOf(usage: Json | undefined) {
  if (!isObject(usage)) return undefined;
  const reasoning = isObject(usage.completion_tokens_details) ? usage.completion_tokens_details.reasoning_tokens : 0;
  const prompt = Number(usage.prompt_tokens);
  const beside = Number(usage.total_tokens) !== prompt + Number(usage.completion_tokens);
  const details = isObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const cached = details.cached_tokens ?? usage.prompt_cache_hit_tokens;
  return {
    prompt,
    // xAI counts reasoning beside the completion, OpenAI inside it.
    completion: Number(usage.completion_tokens) + (beside ? Number(reasoning) : 0),
    total: usage.total_tokens,
    reasoning: reasoning ?? 0,
    // One Mistral recording counts more cached tokens than tokens.
    cached: Math.min(prompt, Number(cached ?? usage.cached_tokens ?? usage.num_cached_tokens ?? 0)),
    audio: details.audio_tokens ?? 0,
  };
}

/** What the chunks of a stream spell, choice by choice. */
function chunkSayings(chunks: readonly JsonObject[]) {
  const choices = new Map<number, { text: string; reasoning: string; finish: Json; calls: Map<string, string> }>();
  for (const choice of chunks.flatMap((chunk) => arrayOf(chunk, "choices").filter(isObject))) {
    const index = Number(choice.index ?? 0);
    const said = choices.get(index) ?? { text: "", reasoning: "", finish: null, calls: new Map() };
    choices.set(index, said);
    const delta = isObject(choice.delta) ? choice.delta : {};
    const { text, reasoning } = sayingsOf({ message: delta }, []);
    said.text += text;
    said.reasoning += reasoning;
    said.finish = choice.finish_reason ?? said.finish;
    for (const [position, call] of arrayOf(delta, "tool_calls").filter(isObject).entries()) {
      const called = requireObject(call.function ?? null);
      const key = String(call.index ?? position);
      said.calls.set(key, (said.calls.get(key) ?? `${called.name}:`) + (called.arguments ?? ""));
    }
  }
  const usages = chunks.map((chunk) => (isObject(chunk.x_groq) ? chunk.x_groq.usage : chunk.usage)).filter(isObject);
  const bare = chunks.map((chunk) => chunk.usage).filter(isObject);
  return {
    choices: [...choices].sort(([a], [b]) => a - b).map(([, said]) => ({ ...said, calls: [...said.calls.values()] })),
    usage: usageOf(bare.at(-1) ?? usages.at(-1)),
  };
}

function streamSayings(completion: Completion) {
  const choices = completion.finishes.map(({ choice, raw }) => {
    const items = completion.items.filter((item) => item.choice === choice);
    const textsOf = (kind: string) =>
      items.map((item) => (item.kind === kind && "text" in item ? item.text : "")).join("");
    return {
      text: textsOf("text"),
      reasoning: textsOf("reasoning"),
      finish: raw ?? null,
      calls: items.flatMap((item) => (item.kind === "tool-call" ? [`${item.name}:${item.arguments}`] : [])),
    };
  });
  return { choices, usage: usageOf(endpoint.encodeResponse(completion, context).usage) };
}

function textBytesOf(chunks: readonly JsonObject[]): number {
  const choices = chunks.flatMap((chunk) => arrayOf(chunk, "choices").filter(isObject));
  const texts = choices.flatMap(({ delta }) => (isObject(delta) ? readOutput(delta).texts : []));
  return Buffer.byteLength(texts.join(""));
}

/** Place of the event that makes the stream complete: the last first finish reason of a choice, else `[DONE]`. */
function lastNeeded(events: readonly StreamEvent[]): number {
  const finished = new Map<number, number>();
  for (const [place, event] of events.entries()) {
    const chunk = tryParseJson(event.data);
    for (const choice of isObject(chunk) ? arrayOf(chunk, "choices").filter(isObject) : []) {
      const index = Number(choice.index ?? 0);
      if (!finished.has(index)) finished.set(index, -1);
      if (choice.finish_reason && finished.get(index) === -1) finished.set(index, place);
    }
  }
  const places = [...finished.values()];
  return places.includes(-1) ? events.findIndex((event) => event.data.trim() === "[DONE]") : Math.max(...places);
}

/**
 * Without what an answer gets on the way, an id of ours where there was none and OpenAI's words for finish reasons, and
 * without the provider's bill, which is charged and not passed on.
 */
function comparable({ id: _id, finishes, items, usage, ...completion }: Completion) {
  const counted = usage && { ...usage, bill: undefined };
  // A source that was listed beside the choices comes back as an annotation.
  const cited = items.map((item) =>
    item.kind === "text" ? { ...item, citations: item.citations.map(({ raw, url }) => url ?? raw) } : item,
  );
  return { ...completion, items: cited, usage: counted, finishes: finishes.map(({ raw: _raw, ...finish }) => finish) };
}

// ── what a request may lose ────────────────────────────────────────────────────────────────────────────────────────

/**
 * The listed normalisations: defaults and nulls are left out; `stop` becomes a list; usage is asked for on streams; one
 * plain text part becomes a string; empty text beside tool calls becomes null.
 */
function normalRequest(body: JsonObject): JsonObject {
  const { stream, stream_options, stop, n, ...rest } = body;
  const options = isObject(stream_options) ? stream_options : {};
  return withoutNulls({
    ...rest,
    messages: arrayOf(body, "messages").filter(isObject).map(normalMessage),
    ...(n !== 1 && n !== undefined && { n }),
    ...(stop !== undefined && stop !== null && { stop: isArray(stop) ? stop : [stop] }),
    ...(stream === true && { stream, stream_options: { ...options, include_usage: true } }),
  });
}

function normalMessage(message: JsonObject): JsonObject {
  const { content, ...rest } = message;
  const [only, second] = isArray(content) ? content : [];
  const isPlain = isObject(only) && second === undefined && only.type === "text" && Object.keys(only).length === 2;
  const called = arrayOf(message, "tool_calls").length > 0;
  const text = isPlain ? only.text : content;
  return { ...withoutNulls(rest), content: (called && text === "" ? null : text) ?? null };
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== undefined));
}
