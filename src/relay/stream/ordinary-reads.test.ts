import { expect, test } from "bun:test";
import type { BodyWriter } from "#core/inference";
import { createStreamMeter as anthropicMeter } from "#dialects/anthropic-messages/meter-stream";
import { openaiChatCodec } from "#dialects/fixtures/parts";
import { chatEvent, createRandom, messageEvent, type Random, spoiled } from "#dialects/fixtures/random-events";
import { createStreamMeter as chatMeter } from "#dialects/openai-chat/meter-stream";
import { createStreamMeter as responsesMeter } from "#dialects/openai-responses/meter-stream";
import type { StreamMeter } from "#dialects/operation";
import { createManualTime } from "#lib/fixtures/manual-time";
import { createSseParser } from "#lib/sse-parser";
import type { BodySink } from "#upstream/upstream";
import type { AnswerFacts } from "../answer-facts";
import { observedPassthrough } from "../steps/observe";
import { passthroughStream } from "./passthrough-stream";
import { openStream, type StreamDriver } from "./stream-driver";

const token = (text: string) => `data: {"choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`;
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const done = "data: [DONE]\n\n";
const lf = 10;
const coded = (...chunks: readonly string[]) =>
  Buffer.from(chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join(""));

test("takes() sends a read on as it came that is one chunk with one ordinary event", async () => {
  const stream = await begin([token("a"), token("b")]);
  expect(stream.takes(coded(token("one")))).toBe(true);
  expect(stream.takes(coded(token("two")))).toBe(true);
  expect(stream.sent()).toBe(token("a") + token("b") + token("one") + token("two"));
  expect(stream.kept()).toBe(stream.sent());
  stream.data(finish + done);
  expect(await stream.ended).toMatchObject({ complete: true, outputBytes: 8 });
  expect(stream.tokens()).toBe(4);
});

test("takes() leaves all other reads to be taken apart", async () => {
  const stream = await begin([token("a"), token("b")]);
  for (const read of [
    coded(token("c"), token("d")),
    coded(token("c") + token("d")),
    coded(token("c").slice(0, -1)),
    coded(`${token("c")}\n`),
    coded(": idle\n\n"),
    coded(token("")),
    coded('data: {"error":{"message":"busy"}}\n\n'),
    coded(finish),
    coded(done),
    coded(token("c")).subarray(0, -2),
    Buffer.concat([coded(token("c")), Buffer.from("0\r\n\r\n")]),
    Buffer.from(`${token("c").length.toString(16)};x=y\r\n${token("c")}\r\n`),
  ])
    expect(stream.takes(read)).toBe(false);
  expect(stream.sent()).toBe(token("a") + token("b"));
});

test("takes() takes nothing before the first token, inside an event, after a finish, or for a client that cannot take it", async () => {
  const fresh = await begin([]);
  expect(fresh.takes(coded(token("a")))).toBe(false);

  const torn = await begin([token("a"), token("b")]);
  torn.data("data: {");
  expect(torn.takes(coded(token("c")))).toBe(false);

  const finished = await begin([token("a"), token("b")]);
  finished.data(finish);
  expect(finished.takes(coded(token("c")))).toBe(false);

  const busy = await begin([token("a"), token("b")], { sendChunk: () => false });
  expect(busy.takes(coded(token("c")))).toBe(false);
  busy.data(finish + done);
  expect(await busy.ended).toMatchObject({ outputBytes: 2 });

  const left = await begin([token("a"), token("b")]);
  left.leave();
  expect(left.takes(coded(token("c")))).toBe(false);
});

test("takes() takes nothing of a stream that a step observes, or whose last event may be held back", async () => {
  const meter = chatMeter({ hideUsage: false });
  const plain = passthroughStream(meter);
  expect(plain.ordinary?.()).toBe(meter.ordinary);
  const decoder = openaiChatCodec.createStreamDecoder();
  expect(observedPassthrough(plain, decoder, () => undefined).ordinary?.()).toBeUndefined();
  const holding = passthroughStream({ ...meter, push: (event) => ({ ...meter.push(event), mayBeLast: true }) });
  const [event] = createSseParser().push(Buffer.from(token("a")));
  if (event !== undefined) holding.push(event);
  expect(holding.ordinary?.()).toBeUndefined();
});

const delta = (random: Random): string => {
  const event = {
    type: "response.output_text.delta",
    delta: random(9) === 0 ? "" : "ab".repeat(random(4)),
    sequence_number: random(200),
  };
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
};
for (const [name, event, createMeter] of [
  ["Chat Completions", chatEvent, () => chatMeter({ hideUsage: true })],
  ["Messages", messageEvent, () => anthropicMeter()],
  ["Responses", delta, () => responsesMeter({ hideUsage: false })],
] as const satisfies readonly (readonly [string, (random: Random) => string, () => StreamMeter])[])
  test(`takes() changes neither what is sent and kept, nor what is known of the answer: ${name}`, async () => {
    const random = createRandom(7);
    let taken = 0;
    for (let round = 0; round < 200; round++) {
      const events = Array.from({ length: 12 }, () => event(random)).flatMap((each) => {
        const one = spoiled(each, random);
        return Array.from({ length: 1 + random(3) }, () => one);
      });
      const [plain, quick] = [await begin([], {}, createMeter), await begin([], {}, createMeter)] as const;
      for (const chunk of events) {
        plain.data(chunk);
        if (quick.takes(coded(chunk))) taken++;
        else quick.data(chunk);
      }
      expect(quick.sent()).toBe(plain.sent());
      expect(quick.kept()).toBe(plain.kept());
      expect(quick.tokens()).toBe(plain.tokens());
      plain.driver.end();
      quick.driver.end();
      expect(await quick.ended).toEqual(await plain.ended);
    }
    expect(taken).toBeGreaterThan(300);
  });

/** A stream of which these events came, on its way to a client. */
async function begin(
  events: readonly string[],
  client: Partial<BodyWriter> = {},
  createMeter: () => StreamMeter = () => chatMeter({ hideUsage: false }),
) {
  const sent: string[] = [];
  const kept: string[] = [];
  let tokens = 0;
  const ended = Promise.withResolvers<AnswerFacts>();
  const { ticker } = createManualTime();
  const reading = {
    parser: createSseParser(),
    transformer: passthroughStream(createMeter()),
    ticker,
    isReplaceable: false,
  };
  let sink: BodySink | undefined;
  const response = {
    status: 200,
    headers: new Headers(),
    whole: async () => new Uint8Array(0),
    start: (to: BodySink) => {
      sink = to;
      return { pause: () => undefined, resume: () => undefined, abandon: () => undefined };
    },
    sawToken: () => void tokens++,
    sawLife: () => undefined,
  };
  const opening = openStream(response, reading);
  // A comment is enough for a stream that nobody else could be asked for.
  sink?.data(Buffer.from(": begins\n\n"));
  const driver: StreamDriver = await opening;
  const body = driver.bodyWith({
    sending: (bytes) => void kept.push(Buffer.from(bytes).toString("latin1")),
    sent: (bytes, from, to) => void kept.push(Buffer.from(bytes.subarray(from, to)).toString("latin1")),
    readsOn: () => false,
    reading: () => undefined,
    sawFirstToken: () => undefined,
    close: async (_end, facts) => {
      ended.resolve(facts);
      return Buffer.from("");
    },
  });
  const said = (bytes: Uint8Array) => void sent.push(Buffer.from(bytes).toString("latin1"));
  void body.sendTo({
    write: (bytes) => {
      said(bytes);
      return bytes.length;
    },
    flush: () => 0,
    sendChunk: (chunk) => {
      said(chunk.subarray(chunk.indexOf(lf) + 1, -2));
      return true;
    },
    ...client,
  });
  const withoutOpening = (pieces: readonly string[]) => pieces.join("").replace(": begins\n\n", "");
  const data = (text: string) => {
    driver.data(Buffer.from(text));
    driver.readEnded();
  };
  for (const event of events) data(event);
  return {
    driver,
    data,
    takes: (read: Uint8Array) => driver.takes(read),
    leave: body.leave,
    sent: () => withoutOpening(sent),
    kept: () => withoutOpening(kept),
    tokens: () => tokens,
    ended: ended.promise,
  };
}
