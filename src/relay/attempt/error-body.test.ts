import { expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import type { BodySink, UpstreamResponse } from "#upstream/upstream";
import { errorBodyMs, maxErrorBytes, readErrorBody } from "./error-body";

test("readErrorBody() gives a body that comes whole", async () => {
  const { reading, sink } = read();
  sink.data(Buffer.from('{"error"'));
  sink.data(Buffer.from(": 1}"));
  sink.end();
  expect(await reading).toBe('{"error": 1}');
});

test("readErrorBody() waits for none that stalls or drips", async () => {
  for (const pieces of [[], ["{"], ["{", '"error"']]) {
    const { reading, sink, expire, abandoned } = read();
    for (const piece of pieces) sink.data(Buffer.from(piece));
    expect(expire()).toBe(errorBodyMs);
    expect(await reading).toBe("");
    expect(abandoned()).toBe(true);
  }
});

test("readErrorBody() reads no more than an error can be", async () => {
  const { reading, sink, abandoned } = read();
  sink.data(Buffer.alloc(maxErrorBytes, " "));
  expect(abandoned()).toBe(false);
  sink.data(Buffer.from("x"));
  expect(await reading).toBe("");
  expect(abandoned()).toBe(true);
});

test("readErrorBody() makes nothing of a body that breaks off", async () => {
  const { reading, sink } = read();
  sink.data(Buffer.from("{"));
  sink.fail(new GatewayError("upstream_error", "cut"));
  expect(await reading).toBe("");
});

function read() {
  const sinks: BodySink[] = [];
  const timers: (readonly [act: () => void, afterMs: number])[] = [];
  let isAbandoned = false;
  const response: UpstreamResponse = {
    status: 500,
    headers: new Headers(),
    whole: () => Promise.reject(new Error("not asked for")),
    start: (sink) => {
      sinks.push(sink);
      return {
        pause: () => undefined,
        resume: () => undefined,
        abandon: () => {
          isAbandoned = true;
        },
      };
    },
    sawToken: () => undefined,
    sawLife: () => undefined,
  };
  const reading = readErrorBody(response, (act, afterMs) => {
    timers.push([act, afterMs]);
    return () => undefined;
  });
  const [sink] = sinks;
  if (sink === undefined) throw new Error("nothing was started");
  const expire = () => {
    for (const [act] of timers) act();
    return timers[0]?.[1];
  };
  return { reading, sink, expire, abandoned: () => isAbandoned };
}
