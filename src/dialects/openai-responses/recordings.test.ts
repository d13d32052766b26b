import { describe, expect, test } from "bun:test";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { createSseParser } from "#lib/sse-parser";
import { encodeResponse as encodeMessage } from "../anthropic-messages/encode-response";
import { createCollector } from "../collect";
import { parseEvents, readRecordings } from "../fixtures/recordings";
import { encodeResponse as encodeChat } from "../openai-chat/encode-response";
import { decodeRequest } from "./decode-request";
import { decodeResponse } from "./decode-response";
import { createStreamDecoder } from "./decode-stream";
import { createStreamMeter } from "./meter-stream";
import { isResponse, meterResponse } from "./response";

const files = ["openai", "azure-openai", "open-responses", "openrouter", "xai", "other"];
const recordings = readRecordings(files, "responses").filter(({ status }) => status === 200);
/** Some recordings are of several answers, one behind the other. */
const isOne = (answer: string) => answer.split(/"type": ?"response\.completed"/).length === 2;
/** Others were clipped by those who recorded them: their deltas are not all of what they say was written. */
const isWhole = (answer: string) => {
  const received = parseEvents(answer);
  if (received.some(({ data }) => data !== "[DONE]" && !isObject(tryParseJson(data)))) return false;
  const events = received.map(({ data }) => tryParseJson(data)).filter(isObject);
  const said = (type: string, field: string) =>
    events
      .filter((event) => event.type === type)
      .map((event) => event[field])
      .join("");
  return said("response.output_text.delta", "delta") === said("response.output_text.done", "text");
};
const streams = recordings.filter(({ answer, stream }) => stream && isOne(answer) && isWhole(answer));
const wholes = recordings.filter(({ stream }) => !stream);
const context = { id: "hgr-1", nowS: 7, streamUsage: true };

const lastResponse = (answer: string): JsonObject | undefined => {
  const responses = parseEvents(answer).map(({ data }) => tryParseJson(data));
  const last = responses.filter(isObject).findLast(({ response }) => isResponse(response));
  return isObject(last?.response) ? last.response : undefined;
};

const shown = (items: ReturnType<typeof decodeResponse>["items"]) =>
  items.map((item) => {
    if (item.kind === "tool-call") return [item.kind, item.id, item.name, item.arguments];
    return "text" in item ? [item.kind, item.text] : [item.kind];
  });

describe("recorded streams of Responses", () => {
  for (const { id, answer, provider } of streams) {
    test(`${provider} ${id} is metered and decoded as its last response says, in pieces of any length`, () => {
      const last = lastResponse(answer);
      const events = parseEvents(answer);
      const meter = createStreamMeter({ hideUsage: false });
      for (const event of events) meter.push(event);
      const facts = meter.facts();
      const collector = createCollector();
      const decoder = createStreamDecoder();
      for (const event of events) for (const each of decoder.push(event)) collector.push(each);
      expect(decoder.finish().complete).toBe(facts.complete);
      if (last !== undefined && facts.complete) expect(facts.usage).toEqual(meterResponse(last)?.usage);
      if (last !== undefined && facts.complete) {
        const told = shown(decodeResponse(last).items);
        // Some providers leave the output of the last event empty.
        if (told.length > 0) expect(shown(collector.completion().items)).toEqual(told);
      }
      const parser = createSseParser();
      const bytes = Buffer.from(answer);
      const again = createStreamDecoder();
      const other = createCollector();
      for (let at = 0; at < bytes.length; at += 7)
        for (const event of parser.push(bytes.subarray(at, at + 7)))
          for (const each of again.push(event)) other.push(each);
      for (const event of parser.end()) for (const each of again.push(event)) other.push(each);
      expect(other.completion()).toEqual(collector.completion());
    });
  }
});

describe("recorded answers of Responses", () => {
  for (const { id, answer, provider } of wholes) {
    const body = tryParseJson(answer);
    if (!isResponse(body) || body.status === "failed") continue;
    test(`${provider} ${id} is told in the words of the other dialects`, () => {
      const completion = decodeResponse(body);
      expect(encodeChat(completion, context)).toMatchObject({ object: "chat.completion" });
      expect(encodeMessage(completion, context)).toMatchObject({ type: "message" });
    });
  }
});

describe("recorded requests of Responses", () => {
  for (const { id, request, provider } of recordings) {
    if (request?.input === undefined || request.previous_response_id !== undefined) continue;
    if (JSON.stringify(request).includes("item_reference")) continue;
    test(`${provider} ${id} is read`, () => {
      expect(decodeRequest(request).messages.length).toBeGreaterThan(0);
    });
  }
});
