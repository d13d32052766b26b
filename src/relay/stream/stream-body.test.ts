import { expect, test } from "bun:test";
import { openaiChatCodec } from "#dialects/fixtures/parts";
import { createSseParser } from "#lib/sse-parser";
import { pushChunks } from "#upstream/push-chunks";
import type { UpstreamResponse } from "#upstream/upstream";
import type { StreamTransformer } from "./frame";
import { passthroughStream } from "./passthrough-stream";
import { openStream, streamBody } from "./stream-body";
import { IncompleteStream, ProviderStreamError } from "./stream-machine";

const token = (text: string) => `data: {"choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`;
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const failure = 'data: {"error":{"message":"busy"}}\n\n';
const done = "data: [DONE]\n\n";

test("streamBody() sends every byte of a complete answer, the last ones once it is recorded", async () => {
  const recorded = Promise.withResolvers<void>();
  const { stream, log } = await start([token("a"), token("b"), finish + done], () => recorded.promise);
  expect(await textOf(stream.next())).toBe(token("a"));
  expect(await textOf(stream.next())).toBe(token("b"));
  const last = stream.next();
  expect(await Promise.race([last, turns(5).then(() => "nothing yet")])).toBe("nothing yet");
  recorded.resolve();
  expect(await textOf(last)).toBe(finish + done);
  expect(await textOf(stream.next())).toBeUndefined();
  await stream.return();
  expect(log).toEqual(["complete 2"]);
});

test("streamBody() adds the closing mark that a complete answer lacks", async () => {
  const { all, log } = await run([token("a"), finish]);
  expect(all).toEqual([token("a"), finish, done]);
  expect(log).toEqual(["complete 1"]);
});

test("streamBody() never ends an incomplete answer cleanly", async () => {
  const { all, log, closed } = await run([token("a"), token("b")]);
  expect(all).toEqual([token("a"), token("b"), "error event"]);
  expect(log).toEqual([`broken ${IncompleteStream.name}`]);
  expect(closed()).toBe(true);
});

test("streamBody() ends a stream that is cut at any byte with an error event, and repeats no word", async () => {
  const whole = token("one") + token("two") + token("three") + finish;
  for (let cut = token("one").length; cut < whole.length; cut++) {
    for (const split of [1, 40, 1000]) {
      const pieces = Array.from({ length: Math.ceil(cut / split) }, (_, at) =>
        whole.slice(at * split, Math.min(cut, (at + 1) * split)),
      );
      const { all, log } = await run(pieces);
      const said = all.join("");
      // An event that lacks its blank line alone is whole.
      const isWhole = cut >= whole.length - 2;
      expect(said).toBe(isWhole ? whole + done : `${wholeEvents(whole.slice(0, cut))}error event`);
      expect(log).toEqual([isWhole ? "complete 11" : "broken IncompleteStream"]);
    }
  }
});

test("streamBody() tells of a connection that was cut", async () => {
  const { all, log } = await run([token("a"), new RangeError("cut")]);
  expect(all).toEqual([token("a"), "error event"]);
  expect(log).toEqual(["broken RangeError"]);
});

test("streamBody() puts its own words for the provider's error event, after what came before it", async () => {
  for (const bodies of [
    [token("a"), token("b") + failure + finish + done],
    [token("a"), token("b"), failure, finish + done],
  ]) {
    const { all, log } = await run(bodies);
    expect(all.join("")).toBe(`${token("a")}${token("b")}error event`);
    expect(log).toEqual([`broken ${ProviderStreamError.name}`]);
  }
});

test("streamBody() sends what came before an event that is not JSON", async () => {
  const { all, log, closed } = await run([token("a"), `${token("b")}data: {no\n\n${token("c")}`]);
  expect(all).toEqual([token("a"), token("b"), "error event"]);
  expect(log).toEqual(["broken InvalidAnswer"]);
  expect(closed()).toBe(true);
});

test("streamBody() sends other words in place of the last bytes where these cannot be recorded", async () => {
  const { all, log, closed } = await run([token("a"), finish + done], () => Promise.reject(new RangeError()));
  expect(all).toEqual([token("a"), "error event"]);
  expect(log).toEqual(["complete 1"]);
  expect(closed()).toBe(true);
});

test("streamBody() ends with an error event where the end of the answer cannot be told", async () => {
  const end = () => {
    throw new RangeError("broken");
  };
  const { all, log } = await run([token("a"), finish], undefined, { end });
  expect(all).toEqual([token("a"), finish, "error event"]);
  expect(log).toEqual(["broken RangeError"]);
});

test("streamBody() hears once of a client that leaves, before, between and during reads", async () => {
  for (const reads of [0, 1, 2]) {
    const { stream, log, closed } = await start([token("a"), token("b"), "wait"]);
    for (let read = 0; read < reads; read++) await stream.next();
    const pending = stream.next();
    await Promise.all([stream.return(), stream.return()]);
    expect(closed()).toBe(true);
    await pending;
    expect(await textOf(stream.next())).toBeUndefined();
    expect(log).toEqual(["left"]);
  }
});

test("streamBody() reads nothing while nobody asks, and to the end of the body when the answer is complete", async () => {
  const { stream, taken, closed } = await start([token("a"), token("b"), finish + done, ": bye\n\n"]);
  expect(taken()).toBe(1);
  await stream.next();
  expect(taken()).toBe(1);
  await stream.next();
  expect(taken()).toBe(2);
  await stream.next();
  await turns(1);
  expect(taken()).toBe(4);
  expect(closed()).toBe(false);
});

/** Lets all that is ready go on, a turn of the event loop each. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Plays bodies as the provider's chunks: an Error is thrown, "wait" lasts until the reader gives up. */
async function start(
  bodies: readonly (string | Error)[],
  record: () => Promise<void> = () => Promise.resolve(),
  change: Partial<StreamTransformer> = {},
) {
  const log: string[] = [];
  const meter = openaiChatCodec.createStreamMeter({ hideUsage: false });
  const source = play(bodies);
  const opened = await openStream(source.response, createSseParser(), { ...passthroughStream(meter), ...change });
  const stream = streamBody(opened, {
    sending: () => undefined,
    close: async (end, facts) => {
      if (end.how === "complete") {
        log.push(`complete ${facts.outputChars}`);
        return record().then(
          () => undefined,
          () => "error event",
        );
      }
      if (end.how === "left") log.push("left");
      else log.push(`broken ${end.cause instanceof Error ? end.cause.name : end.cause}`);
      return end.how === "left" ? "" : "error event";
    },
  });
  return { stream, log, taken: source.taken, closed: source.closed };
}

async function run(...how: Parameters<typeof start>) {
  const { stream, log, closed } = await start(...how);
  const all: string[] = [];
  for await (const bytes of stream) all.push(Buffer.from(bytes).toString());
  return { all, log, closed };
}

function play(bodies: readonly (string | Error)[]) {
  const givenUp = Promise.withResolvers<IteratorResult<Uint8Array>>();
  let next = 0;
  let closed = false;
  const chunks = {
    [Symbol.asyncIterator]: () => chunks,
    next: async (): Promise<IteratorResult<Uint8Array>> => {
      const body = bodies[next++];
      if (body instanceof Error) throw body;
      if (body === "wait") return givenUp.promise;
      return body === undefined ? { done: true, value: undefined } : { done: false, value: Buffer.from(body) };
    },
    return: async (): Promise<IteratorResult<Uint8Array>> => {
      closed = true;
      givenUp.reject(new Error("aborted"));
      return { done: true, value: undefined };
    },
  };
  givenUp.promise.catch(() => undefined);
  const response: UpstreamResponse = {
    status: 200,
    headers: new Headers(),
    whole: async () => new Uint8Array(0),
    start: (sink) => pushChunks(chunks, sink),
    chunks,
    sawToken: () => undefined,
  };
  return { response, taken: () => Math.min(next, bodies.length), closed: () => closed };
}

/** The events of a stream that are complete, the last one also without its blank line. */
function wholeEvents(text: string): string {
  const end = text.lastIndexOf("\n\n") + 2;
  const tail = text.slice(end).trimEnd();
  return text.slice(0, end) + (tail.endsWith("}]}") ? `${tail}\n\n` : "");
}

async function textOf(result: Promise<IteratorResult<Uint8Array, undefined>>): Promise<string | undefined> {
  const { value } = await result;
  return value === undefined ? undefined : Buffer.from(value).toString();
}
