import { expect, test } from "bun:test";
import type { BodyWriter, InferenceResponse, StreamedBody } from "#core/inference";
import { createManualTime } from "#lib/fixtures/manual-time";
import { type ClientCare, ClientStream } from "./client-stream";

const head = { status: 200, contentType: "text/event-stream", headers: { id: "i", requestId: "r" } };
const keepAlive = Buffer.from(": ping\n");

/** A stream for a client whose connection takes `room` bytes and then nothing more. */
function start(care: Partial<ClientCare> = {}, room = Number.POSITIVE_INFINITY, earlyHead = () => head) {
  const time = createManualTime(25);
  const headers = Promise.withResolvers<InferenceResponse>();
  const faults: unknown[] = [];
  const onFault = (cause: unknown) => void faults.push(cause);
  const all: ClientCare = { headersAfterMs: 10_000, keepAlive, keepAliveMs: 15_000, onFault, ...care };
  const stream = new ClientStream(time.ticker, all, headers, earlyHead);
  const written: string[] = [];
  let left = room;
  let drain: () => void = () => undefined;
  const client: BodyWriter = {
    write: (bytes) => {
      written.push(Buffer.from(bytes).toString());
      left -= bytes.length;
      if (left >= 0) return bytes.length;
      return new Promise((resolve) => {
        drain = () => resolve(0);
      });
    },
    flush: () => 0,
  };
  return { time, stream, headers: headers.promise, client, written, faults, drain: () => drain() };
}

/** Where an answer comes from: what it is told to say, until it ends. */
function source() {
  let writer: BodyWriter | undefined;
  let isLeft = false;
  const over = Promise.withResolvers<void>();
  const body: StreamedBody = {
    sendTo: (client) => {
      writer = client;
      return over.promise;
    },
    leave: () => {
      isLeft = true;
      over.resolve();
    },
  };
  return {
    body,
    say: (text: string) => writer?.write(Buffer.from(text)),
    pass: (coded: string) => writer?.sendChunk?.(Buffer.from(coded)),
    end: over.resolve,
    isLeft: () => isLeft,
  };
}

test("a client that reads nothing for a minute is given up: its source is left and its connection cut", async () => {
  const { time, stream, client, written } = start({}, 10);
  const from = source();
  stream.answer(head, from.body);
  const over = stream.sendTo(client).then(
    () => "ended",
    (cause) => String(cause),
  );
  from.say("a long piece");
  await time.advance(59_000);
  expect(from.isLeft()).toBe(false);
  await time.advance(1100);
  expect(from.isLeft()).toBe(true);
  expect(await over).toContain("has read nothing for 60000 ms");
  expect(written).toEqual(["a long piece"]);
  expect(time.timers()).toBe(0);
});

test("a client that reads slowly is kept, and told nothing while its connection is full", async () => {
  const { time, stream, client, written, drain } = start({}, 10);
  const from = source();
  stream.answer(head, from.body);
  const over = stream.sendTo(client);
  for (let piece = 0; piece < 5; piece++) {
    from.say("a long piece");
    await time.advance(50_000);
    drain();
    await time.advance(0);
  }
  from.end();
  await over;
  expect(written).toEqual(Array.from({ length: 5 }, () => "a long piece"));
});

test("a keep-alive never stands within a line ending", async () => {
  const { time, stream, client, written } = start();
  const from = source();
  stream.answer(head, from.body);
  void stream.sendTo(client);
  from.say("data: {}\r\n\r");
  await time.advance(16_000);
  expect(written).toEqual(["data: {}\r\n\r"]);
  from.say("\ndata: {}\r\n\r\n");
  await time.advance(16_000);
  expect(written.at(-1)).toBe(": ping\n");
});

test("headers go out early without a keep-alive where there is none, or none is wanted", async () => {
  for (const care of [{ keepAlive: undefined }, { keepAliveMs: 0 }]) {
    const { time, stream, headers, client, written } = start(care);
    await time.advance(10_000);
    expect((await headers).body).toBe(stream);
    let flushes = 0;
    void stream.sendTo({ write: client.write, flush: () => ++flushes });
    await time.advance(10_000);
    expect([written, flushes]).toEqual([[], 1]);
    stream.leave();
  }
});

test("an answer that comes when the client has left is left at once", async () => {
  const { time, stream, headers, client, written } = start();
  await time.advance(10_000);
  await headers;
  const over = stream.sendTo(client);
  stream.leave();
  await over;
  const from = source();
  stream.answer(head, from.body);
  expect(from.isLeft()).toBe(true);
  expect(written).toEqual([": ping\n"]);
  await time.advance(25);
  expect(time.timers()).toBe(0);
});

const cause = new RangeError("a bug");
const fails = (): never => {
  throw cause;
};

test("a keep-alive at which our own code fails cuts its client off, leaves its source, and stops no other timer", async () => {
  const { time, stream, client, faults } = start();
  let ticks = 0;
  time.ticker.add({ tick: () => ticks++ });
  const from = source();
  stream.answer(head, from.body);
  const over = stream.sendTo({ ...client, write: fails }).catch((thrown: unknown) => thrown);
  await time.advance(16_000);
  expect([await over, faults, from.isLeft()]).toEqual([cause, [cause], true]);
  const before = ticks;
  await time.advance(100);
  expect(ticks).toBeGreaterThan(before);
});

test("early headers at which our own code fails are left out, and the answer comes all the same", async () => {
  const { time, stream, headers, client, written, faults } = start({}, Number.POSITIVE_INFINITY, fails);
  await time.advance(10_000);
  expect(faults).toEqual([cause]);
  const from = source();
  stream.answer(head, from.body);
  expect((await headers).body).toBe(stream);
  void stream.sendTo(client);
  from.say("data: {}\n\n");
  expect(written).toEqual(["data: {}\n\n"]);
});

test("abandon() refuses the headers where none are out, else cuts the client off", async () => {
  const waiting = start();
  waiting.stream.abandon(cause);
  expect(await waiting.headers.catch((thrown: unknown) => thrown)).toBe(cause);
  await waiting.time.advance(25);
  expect(waiting.time.timers()).toBe(0);
  const begun = start();
  await begun.time.advance(10_000);
  await begun.headers;
  const over = begun.stream.sendTo(begun.client).catch((thrown: unknown) => thrown);
  begun.stream.abandon(cause);
  expect([await over, begun.faults]).toEqual([cause, [cause]]);
});

test("a chunk that is sent as it came counts as a sign of life, and waits for a client that does not read", async () => {
  const { time, stream, client, written, drain } = start({ keepAliveMs: 1000 }, 100);
  const chunks: string[] = [];
  const from = source();
  stream.answer(head, from.body);
  void stream.sendTo({ ...client, sendChunk: (coded) => chunks.push(Buffer.from(coded).toString()) > 0 });
  from.say("data: a\n\n");
  for (let passed = 0; passed < 5; passed++) {
    await time.advance(600);
    expect(from.pass("9\r\ndata: b\n\n\r\n")).toBe(true);
  }
  expect(written).toEqual(["data: a\n\n"]);
  await time.advance(1000);
  expect(written).toEqual(["data: a\n\n", ": ping\n"]);
  expect(from.pass("9\r\ndata: b\r\r\r\n")).toBe(true);
  await time.advance(1000);
  expect(written).toHaveLength(2);
  from.say("x".repeat(100));
  expect(from.pass("9\r\ndata: b\n\n\r\n")).toBe(false);
  drain();
  await Promise.resolve();
  expect(from.pass("9\r\ndata: b\n\n\r\n")).toBe(true);
  expect(chunks).toHaveLength(7);
});

test("a chunk is not sent as it came where the client's connection cannot", () => {
  const { stream, client } = start();
  const from = source();
  stream.answer(head, from.body);
  void stream.sendTo(client);
  expect(from.pass("9\r\ndata: b\n\n\r\n")).toBe(false);
});
