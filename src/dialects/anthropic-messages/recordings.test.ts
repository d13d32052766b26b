import { describe, expect, test } from "bun:test";
import type { Completion, CompletionEvent, Item } from "#core/completion";
import type { StreamEvent } from "#lib/frame-parser";
import { isObject, type Json, type JsonObject, objectOf, parseJson, stringOf, tryParseJson } from "#lib/json";
import { createSseParser } from "#lib/sse-parser";
import { createCollector, expand } from "../collect";
import { withoutFields } from "../fields";
import { anthropicMessagesCodec as codec, anthropicMessagesEndpoint as endpoint } from "../fixtures/parts";
import { hasLargeSet, parseEvents, type Recording, readRecordings } from "../fixtures/recordings";
import { InvalidAnswer } from "../operation";

const recordings = readRecordings(["anthropic", "other"], "messages");
const context = { id: "0".repeat(32), nowS: 0, streamUsage: true };

// Recorded answers and requests, replayed through codec and endpoint.
describe("recorded Messages API exchanges", () => {
  const wholes = recordings.filter((each) => !each.stream);
  const streams = recordings.filter((each) => each.stream).flatMap(splitStreams);

  test("cover whole answers, streams and requests", () => {
    process.stdout.write(
      `${wholes.length} whole answers, ${streams.length} streams, ${requestsOf(recordings).length} requests\n`,
    );
    expect(wholes.length).toBeGreaterThan(hasLargeSet ? 80 : 25);
    expect(streams.length).toBeGreaterThan(hasLargeSet ? 80 : 25);
    expect(requestsOf(recordings).length).toBeGreaterThan(hasLargeSet ? 40 : 15);
  });

  for (const { id, answer } of wholes) {
    test(`whole answer ${id} decodes and encodes to itself`, () => {
      const body = parseJson(answer);
      const completion = codec.decodeResponse(body);
      expect(normalAnswer(endpoint.encodeResponse(completion, context))).toEqual(normalAnswer(body));
      expect(codec.meterResponse(body)).toEqual(factsOf(completion));
    });

    test(`whole answer ${id} streams to the same completion`, () => {
      const completion = codec.decodeResponse(parseJson(answer));
      const again = collect(decode(parseEvents(encodeEvents(expand(completion)))));
      expect(again.usage).toEqual(completion.usage);
      expect(again.finishes).toEqual(completion.finishes);
      expect(again.items.map(comparable)).toEqual(withoutEmptyTexts(completion.items).map(comparable));
    });
  }

  for (const { id, answer } of streams) {
    const events = parseEvents(answer);

    if (brokenStreams[id]) {
      test(`stream ${id} is refused: ${brokenStreams[id]}`, () => {
        expect(() => decode(events)).toThrow(InvalidAnswer);
      });
      continue;
    }

    test(`stream ${id} decodes, encodes and decodes to the same completion`, () => {
      const decoded = decode(events);
      expect(decoded.at(-1)?.type).toBe("end");
      const completion = collect(decoded);
      const again = collect(decode(parseEvents(encodeEvents(decoded))));
      expect(again.id).toBe(completion.id);
      expect(again.model).toBe(completion.model);
      expect(again.usage).toEqual(completion.usage);
      expect(again.extensions).toEqual(completion.extensions);
      expect(again.finishes).toEqual(completion.finishes);
      expect(again.items.map(comparable)).toEqual(withoutEmptyTexts(completion.items).map(comparable));
    });

    test(`stream ${id} written as one answer decodes to the same completion`, () => {
      const completion = collect(decode(events));
      const again = codec.decodeResponse(endpoint.encodeResponse(completion, context));
      expect(again.usage).toEqual(completion.usage);
      expect(again.items.map(comparable)).toEqual(withoutEmptyTexts(completion.items).map(comparable));
    });

    test(`stream ${id} is complete at its end and never before`, () => {
      const decoder = codec.createStreamDecoder();
      const meter = codec.createStreamMeter({ hideUsage: false });
      const stop = events.findIndex((event) => event.data.includes('"message_stop"'));
      for (const [i, event] of events.entries()) {
        decoder.push(event);
        expect(meter.push(event).terminal).toBe(i === stop);
        expect(decoder.finish().complete).toBe(i >= stop);
        expect(meter.facts().complete).toBe(i >= stop);
      }
    });

    test.skipIf(answer.length > 2500)(`stream ${id} cut at any byte is not complete`, () => {
      const bytes = new TextEncoder().encode(answer);
      const stop = answer.lastIndexOf('"message_stop"');
      for (let cut = 0; cut < bytes.length; cut++) {
        const decoder = codec.createStreamDecoder();
        const parser = createSseParser();
        for (const event of parser.push(bytes.subarray(0, cut))) decoder.push(event);
        if (cut <= stop) expect(decoder.finish().complete).toBe(false);
      }
    });

    test(`stream ${id} is metered as it decodes`, () => {
      const meter = codec.createStreamMeter({ hideUsage: false });
      for (const event of events) meter.push(event);
      const completion = collect(decode(events));
      const { complete, missingTail, outputBytes, ...facts } = meter.facts();
      expect(facts).toEqual(factsOf(completion));
      expect({ complete, missingTail }).toEqual({ complete: true, missingTail: "" });
      expect(outputBytes).toBe(deltaBytes(events));
    });
  }

  for (const { id, body } of requestsOf(recordings)) {
    test(`request ${id} decodes and encodes to itself`, () => {
      const request = endpoint.decodeRequest(body);
      const encoded = codec.encodeRequest(request, { model: request.model, traits: {} });
      expect(encoded.dropped).toEqual([]);
      expect(normalRequest(encoded.body)).toEqual(normalRequest(body));
    });
  }
});

/** Recordings that no client of Anthropic's accepts. */
const brokenStreams: { readonly [id: string]: string } = {
  "6ec90bad81ae#1": "a second message begins inside the first",
};

/** Some recordings hold the streams of several turns, one behind the other. */
function splitStreams(recording: Recording): readonly { readonly id: string; readonly answer: string }[] {
  const events = parseEvents(recording.answer).map((event) => new TextDecoder().decode(event.raw));
  const turns: string[] = [""];
  for (const event of events) {
    const last = turns.at(-1) ?? "";
    if (event.includes('"message_start"') && last.includes('"message_stop"')) turns.push(event);
    else turns[turns.length - 1] = last + event;
  }
  return turns.map((turn, i) => ({ id: `${recording.id}#${i + 1}`, answer: turn }));
}

function requestsOf(all: readonly Recording[]) {
  return all.flatMap(({ id, request }) => (request ? [{ id, body: request }] : []));
}

function decode(events: readonly StreamEvent[]): readonly CompletionEvent[] {
  const decoder = codec.createStreamDecoder();
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.finish().events];
}

function encodeEvents(events: readonly CompletionEvent[]): string {
  const stream = endpoint.createStreamEncoder(context);
  const text = events.map((event) => stream.push(event)).join("");
  expect(stream.dropped()).toEqual([]);
  return text;
}

function collect(events: readonly CompletionEvent[]): Completion {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.completion();
}

function factsOf(completion: Completion) {
  const finishReason = completion.finishes[0]?.raw;
  return {
    ...(completion.usage && { usage: completion.usage }),
    ...(completion.serviceTier !== undefined && { serviceTier: completion.serviceTier }),
    ...(finishReason !== undefined && { finishReason }),
    model: completion.model,
  };
}

function deltaBytes(events: readonly StreamEvent[]): number {
  return events
    .map((event) => objectOf(asObject(event.data), "delta") ?? {})
    .map((delta) => stringOf(delta, "text") ?? stringOf(delta, "thinking") ?? stringOf(delta, "partial_json") ?? "")
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function asObject(text: string): JsonObject {
  const parsed = tryParseJson(text);
  return isObject(parsed) ? parsed : {};
}

/** Empty texts are not written: clients send answers back, and Anthropic refuses them in a request. */
function withoutEmptyTexts(items: readonly Item[]): readonly Item[] {
  return items.filter((item) => item.kind !== "text" || item.text !== "" || item.citations.length > 0);
}

/**
 * Arguments are compared by value, and places by order. Two recordings stop inside the arguments: as an object they are
 * wrapped as Anthropic advises.
 */
function comparable(item: Item) {
  const { index: _index, ...rest } = item;
  if (rest.kind !== "tool-call") return rest;
  return { ...rest, arguments: tryParseJson(rest.arguments) ?? { INVALID_JSON: rest.arguments } };
}

/** Cached tokens are split by duration; without a split they are all of five minutes. */
function usageDefaults(usage: JsonObject): JsonObject {
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
  };
}

/** What an answer may gain or lose on its way: usage counters of zero, null fields, empty citations and texts. */
function normalAnswer(value: Json): Json {
  const body = asBody(value);
  const content = Array.isArray(body.content) ? body.content.filter(isObject) : [];
  const usage = withoutNulls(objectOf(body, "usage") ?? {});
  return {
    stop_sequence: null,
    ...body,
    content: content.filter((block) => block.type !== "text" || block.text !== "").map(normalBlock),
    usage: { ...usageDefaults(usage), ...usage },
  };
}

function asBody(value: Json): JsonObject {
  return isObject(value) ? value : {};
}

function normalBlock(block: JsonObject): JsonObject {
  if (block.type === "thinking") return { signature: "", ...block };
  const empty = block.citations === null || (Array.isArray(block.citations) && block.citations.length === 0);
  return block.type === "text" && empty ? withoutFields(block, ["citations"]) : block;
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** What a request may lose: `stream: false`, a text for one text block, and the border of two turns of one role. */
function normalRequest(body: JsonObject): JsonObject {
  const messages: { role: string; content: readonly Json[] }[] = [];
  for (const message of Array.isArray(body.messages) ? body.messages.filter(isObject) : []) {
    const { content } = message;
    const role = stringOf(message, "role") ?? "";
    const blocks = (Array.isArray(content) ? content : [{ type: "text", text: content ?? null }]).map(normalResult);
    const last = messages.at(-1);
    if (last?.role === role) last.content = [...last.content, ...blocks];
    else messages.push({ role, content: blocks });
  }
  return { ...withoutFields(body, body.stream === false ? ["stream"] : []), messages };
}

function normalResult(block: Json): Json {
  if (!isObject(block) || !Array.isArray(block.content) || block.content.length !== 1) return block;
  const [only] = block.content.filter(isObject);
  return only?.type === "text" && Object.keys(only).length === 2 ? { ...block, content: only.text } : block;
}
