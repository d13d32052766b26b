import { expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { openaiChatCodec } from "#dialects/fixtures/parts";
import { createManualTime } from "#lib/fixtures/manual-time";
import { createSseParser } from "#lib/sse-parser";
import type { Ticker } from "#lib/ticker";
import type { BodySink, UpstreamResponse } from "#upstream/upstream";
import type { StreamTransformer } from "./frame";
import { passthroughStream } from "./passthrough-stream";
import { openStream, type StreamReading } from "./stream-driver";
import { IncompleteStream, ProviderStreamError } from "./stream-machine";

const token = (text: string) => `data: {"choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`;
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const failure = 'data: {"error":{"message":"busy"}}\n\n';
const done = "data: [DONE]\n\n";
const cut = new GatewayError("upstream_error", "cut");

test("bodyWith() sends every byte of a complete answer, the last ones once it is recorded", async () => {
  const recorded = Promise.withResolvers<void>();
  const { source, client, log, over } = await start(token("a"), { record: () => recorded.promise });
  source.reads(token("b"), finish + done);
  source.ends();
  await turns(3);
  expect(client.sent()).toEqual([token("a"), token("b")]);
  recorded.resolve();
  await over;
  expect(client.sent()).toEqual([token("a"), token("b"), finish + done]);
  expect(log).toEqual(["complete 2"]);
  expect(source.abandoned()).toBe(false);
});

test("bodyWith() sends all that one read brought at once, and the head before anything else", async () => {
  const { source, client } = await start(token("a"));
  expect(client.flushes()).toEqual([token("a")]);
  source.read(token("b"), token("c").slice(0, 9), token("c").slice(9) + token("d"));
  expect(client.flushes()).toEqual([token("a"), token("b") + token("c") + token("d")]);
});

test("bodyWith() adds the closing mark that a complete answer lacks", async () => {
  const { said, log } = await run([token("a"), finish]);
  expect(said).toBe(token("a") + finish + done);
  expect(log).toEqual(["complete 1"]);
});

test("bodyWith() never ends an incomplete answer cleanly", async () => {
  const { said, log, source } = await run([token("a"), token("b")]);
  expect(said).toBe(`${token("a")}${token("b")}error event`);
  expect(log).toEqual([`broken ${IncompleteStream.name}`]);
  expect(source.abandoned()).toBe(true);
});

test("bodyWith() ends a stream that is cut at any byte with an error event, and repeats no word", async () => {
  const whole = token("one") + token("two") + token("three") + finish;
  for (let end = token("one").length; end < whole.length; end++) {
    for (const split of [1, 40, 1000]) {
      const pieces = Array.from({ length: Math.ceil(end / split) }, (_, at) =>
        whole.slice(at * split, Math.min(end, (at + 1) * split)),
      );
      const { said, log } = await run(pieces);
      // An event that lacks its blank line alone is whole.
      const isWhole = end >= whole.length - 2;
      expect(said).toBe(isWhole ? whole + done : `${wholeEvents(whole.slice(0, end))}error event`);
      expect(log).toEqual([isWhole ? "complete 11" : "broken IncompleteStream"]);
    }
  }
});

test("bodyWith() tells of a connection that was cut", async () => {
  const { said, log } = await run([token("a"), cut]);
  expect(said).toBe(`${token("a")}error event`);
  expect(log).toEqual(["broken GatewayError"]);
});

test("bodyWith() puts its own words for the provider's error event, after what came before it", async () => {
  for (const bodies of [
    [token("a"), token("b") + failure + finish + done],
    [token("a"), token("b"), failure, finish + done],
  ]) {
    const { said, log } = await run(bodies);
    expect(said).toBe(`${token("a")}${token("b")}error event`);
    expect(log).toEqual([`broken ${ProviderStreamError.name}`]);
  }
});

test("bodyWith() sends what came before an event that is not JSON", async () => {
  const { said, log, source } = await run([token("a"), `${token("b")}data: {no\n\n${token("c")}`]);
  expect(said).toBe(`${token("a")}${token("b")}error event`);
  expect(log).toEqual(["broken InvalidAnswer"]);
  expect(source.abandoned()).toBe(true);
});

test("bodyWith() sends other words in place of the last bytes where these cannot be recorded", async () => {
  const { said, log, source } = await run([token("a"), finish + done], {
    record: () => Promise.reject(new RangeError()),
  });
  expect(said).toBe(`${token("a")}error event`);
  expect(log).toEqual(["complete 1"]);
  expect(source.abandoned()).toBe(true);
});

test("bodyWith() reads on without sending anything where its client left and that is wanted", async () => {
  const { source, client, log, body, over } = await start(token("a"), { readsOn: true });
  body.leave();
  body.leave();
  source.reads(token("b"), token("c"));
  source.reads(finish + done);
  source.ends();
  await over;
  expect(client.sent()).toEqual([token("a")]);
  expect(log).toEqual(["read 2", "read 3", "complete 3"]);
});

test("bodyWith() ends with an error event where the end of the answer cannot be told, or a piece cannot be counted", async () => {
  const fails = () => {
    throw new RangeError("broken");
  };
  const untold = await run([token("a"), finish], { change: { end: fails } });
  expect(untold.said).toBe(`${token("a") + finish}error event`);
  const uncounted = await run([token("a"), token("b")], { sending: fails });
  expect(uncounted.said).toBe("error event");
  expect([...untold.log, ...uncounted.log]).toEqual(["broken RangeError", "broken RangeError"]);
});

test("bodyWith() ends with an error event where our own code cannot say what is known of the answer", async () => {
  const { said, log } = await run([token("a"), finish + done], { change: { facts: fails } });
  expect(said).toContain("error event");
  expect(log).toEqual(["broken RangeError"]);
});

test("openStream() rejects where our own code cannot say whether the answer is finished, and closes the connection", async () => {
  const { source, body } = prepare({ change: { finished: fails } });
  source.reads(token("a"));
  await expect(body()).rejects.toThrow("broken");
  expect(source.abandoned()).toBe(true);
});

function fails(): never {
  throw new RangeError("broken");
}

test("bodyWith() rejects where the end itself fails, for the connection to be cut", async () => {
  const { source, over } = await start(token("a"), {
    record: () => {
      throw new RangeError("no words");
    },
  });
  source.reads(finish + done);
  await expect(over).rejects.toThrow("no words");
});

test("bodyWith() keeps what comes before the client's connection takes it, and holds the provider back meanwhile", async () => {
  for (const last of [[finish + done, "end"], [cut]] as const) {
    const { source, body, client, log } = await open(token("a"));
    source.reads(token("b"));
    for (const arrival of last) {
      if (arrival === "end") source.ends();
      else source.reads(arrival);
    }
    expect(source.held()).toBe(true);
    await body.sendTo(client);
    expect(source.held()).toBe(false);
    const complete = token("a") + token("b") + finish + done;
    expect(client.sent().join("")).toBe(last.length === 2 ? complete : `${token("a")}${token("b")}error event`);
    expect(log).toHaveLength(1);
  }
});

test("bodyWith() holds the provider back while the client is slower, and writes what one read brought", async () => {
  const { source, client } = await start(token("a"));
  const room = client.fills();
  source.read(token("b"), token("c"));
  expect(client.sent()).toEqual([token("a"), token("b"), token("c")]);
  expect(source.held()).toBe(true);
  room.resolve(1);
  await turns(1);
  expect(source.held()).toBe(false);
});

test("bodyWith() ends once a slow client has room for the last bytes", async () => {
  const { source, client, over } = await start(token("a"));
  const room = client.fills();
  source.reads(finish + done);
  await turns(3);
  expect(client.sent()).toEqual([token("a"), finish + done]);
  expect(await Promise.race([over.then(() => "over"), turns(3).then(() => "waits")])).toBe("waits");
  room.resolve(1);
  await over;
});

test("leave() aborts the provider's answer at once and is recorded once: before, between and during pieces", async () => {
  const states: readonly ((stream: Awaited<ReturnType<typeof open>>) => unknown)[] = [
    () => undefined,
    ({ source }) => source.reads(token("b")),
    ({ body, client }) => void body.sendTo(client),
    ({ body, client, source }) => {
      void body.sendTo(client);
      source.reads(token("b"), token("c").slice(0, 20));
    },
    ({ body, client, source }) => {
      void body.sendTo(client);
      client.fills();
      source.reads(token("b"));
    },
    ({ body, client }) => {
      client.leavesWithin(body.leave);
      void body.sendTo(client);
    },
  ];
  for (const state of states) {
    const stream = await open(token("a"));
    state(stream);
    stream.body.leave();
    expect(stream.source.abandoned()).toBe(true);
    const before = stream.client.sent().length;
    stream.body.leave();
    stream.source.reads(token("d"), cut);
    stream.source.ends();
    await stream.body.sendTo(stream.client);
    expect(stream.client.sent()).toHaveLength(before);
    expect(stream.log).toEqual(["left"]);
  }
});

test("leave() changes nothing for an answer whose end is decided, but that nothing more is written", async () => {
  const recorded = Promise.withResolvers<void>();
  const { source, body, client, log, over } = await start(token("a"), { record: () => recorded.promise });
  source.reads(finish + done);
  body.leave();
  recorded.resolve();
  await over;
  expect(client.sent()).toEqual([token("a")]);
  expect(log).toEqual(["complete 1"]);
  expect(source.abandoned()).toBe(false);
});

test("bodyWith() lets what follows a complete answer pass, and gives up a body that does not end", async () => {
  const { source, client, over } = await start(token("a"));
  source.reads(finish + done);
  await over;
  for (let reads = 1; reads < 16; reads++) source.reads(": bye\n\n");
  expect(source.abandoned()).toBe(false);
  source.reads(": bye\n\n");
  expect(source.abandoned()).toBe(true);
  expect(client.sent()).toEqual([token("a"), finish + done]);
});

test("openStream() rejects with why there is no answer, and closes the connection", async () => {
  for (const [arrival, message] of [
    [cut, "cut"],
    ["end", "the stream carried no event"],
    [": hello\n\n", "the stream carried no event"],
    [`data: {"model":"m","choices":[]}\n\n`, "the stream ended before its first token"],
    ["data: no\n\n", "an event of its stream is not JSON"],
  ] as const) {
    const source = play();
    const opening = openStream(source.response, reading());
    if (arrival !== "end") source.reads(arrival);
    source.ends();
    await expect(opening).rejects.toThrow(message);
    expect(source.abandoned()).toBe(true);
  }
});

/** Lets all that is ready go on, a turn of the event loop each. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function transformer(): StreamTransformer {
  return passthroughStream(openaiChatCodec.createStreamMeter({ hideUsage: false }));
}

function reading(): StreamReading {
  return {
    parser: createSseParser(),
    transformer: transformer(),
    ticker: createManualTime().ticker,
    isReplaceable: true,
  };
}

type Changes = {
  readonly ticker?: Ticker;
  readonly record?: () => Promise<void>;
  readonly sending?: () => void;
  readonly readsOn?: boolean;
  readonly change?: Partial<StreamTransformer>;
};

/** A stream of which nothing has come yet. */
function prepare({
  record,
  sending = () => undefined,
  readsOn = false,
  change,
  ticker = createManualTime().ticker,
}: Changes = {}) {
  const log: string[] = [];
  const source = play();
  const opening = openStream(source.response, { ...reading(), transformer: { ...transformer(), ...change }, ticker });
  const body = async () =>
    (await opening).bodyWith({
      sending,
      sent: () => undefined,
      readsOn: () => readsOn,
      reading: (outputBytes) => log.push(`read ${outputBytes}`),
      sawFirstToken: () => log.push("token"),
      close: async (end, facts) => {
        if (end.how === "left") log.push("left");
        else log.push(end.how === "broken" ? `broken ${nameOf(end.cause)}` : `complete ${facts.outputBytes}`);
        if (end.how !== "complete") return Buffer.from(end.how === "left" ? "" : "error event");
        if (record === undefined) return undefined;
        return record().then(
          () => undefined,
          () => Buffer.from("error event"),
        );
      },
    });
  return { source, body, client: listen(), log };
}

/** A stream that has begun with these bytes and is not sent to anyone yet. */
async function open(first: string, changes?: Changes) {
  const stream = prepare(changes);
  stream.source.reads(first);
  return { ...stream, body: await stream.body() };
}

/** A stream that has begun, on its way to a client. */
async function start(first: string, changes?: Changes) {
  const stream = await open(first, changes);
  return { ...stream, over: stream.body.sendTo(stream.client) };
}

/** Plays a whole body, a read for each piece; an error cuts it. */
async function run(pieces: readonly (string | GatewayError)[], changes?: Changes) {
  const { source, body, client, log } = prepare(changes);
  source.reads(...pieces);
  source.ends();
  await (await body()).sendTo(client);
  return { said: client.sent().join(""), log, source };
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : String(cause);
}

/** A client's connection: what it was given, as written and as sent on. */
function listen() {
  const pieces: string[] = [];
  const flushed: string[] = [];
  let unsent = "";
  let room: PromiseWithResolvers<number> | undefined;
  let leave: (() => void) | undefined;
  return {
    write: (bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString();
      pieces.push(text);
      unsent += text;
      leave?.();
      return room?.promise ?? bytes.length;
    },
    flush: () => {
      if (unsent !== "") flushed.push(unsent);
      unsent = "";
      return 0;
    },
    sent: () => [...pieces],
    flushes: () => [...flushed],
    /** From now on what is written waits for room. */
    fills: () => {
      room = Promise.withResolvers();
      return room;
    },
    leavesWithin: (how: () => void) => {
      leave = how;
    },
  };
}

/** A provider's connection. */
function play() {
  let sink: BodySink | undefined;
  let isHeld = false;
  let isAbandoned = false;
  const response: UpstreamResponse = {
    status: 200,
    headers: new Headers(),
    whole: async () => new Uint8Array(0),
    start: (to) => {
      sink = to;
      return {
        pause: () => {
          isHeld = true;
        },
        resume: () => {
          isHeld = false;
        },
        abandon: () => {
          isAbandoned = true;
        },
      };
    },
    sawToken: () => undefined,
    sawLife: () => undefined,
  };
  const read = (...pieces: readonly string[]) => {
    for (const piece of pieces) sink?.data(Buffer.from(piece));
    sink?.readEnded();
  };
  return {
    response,
    /** One read that brought pieces. */
    read,
    /** A read for each. */
    reads: (...arrivals: readonly (string | GatewayError)[]) => {
      for (const arrival of arrivals) {
        if (typeof arrival === "string") read(arrival);
        else sink?.fail(arrival);
      }
    },
    ends: () => sink?.end(),
    held: () => isHeld,
    abandoned: () => isAbandoned,
  };
}

/** The events of a stream that are complete, the last one also without its blank line. */
function wholeEvents(text: string): string {
  const end = text.lastIndexOf("\n\n") + 2;
  const tail = text.slice(end).trimEnd();
  return text.slice(0, end) + (tail.endsWith("}]}") ? `${tail}\n\n` : "");
}
