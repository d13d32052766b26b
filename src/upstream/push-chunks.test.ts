import { expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { pushChunks } from "./push-chunks";
import type { BodySink } from "./upstream";

function recorder() {
  const log: string[] = [];
  const sink: BodySink = {
    data: (bytes) => log.push(Buffer.from(bytes).toString()),
    readEnded: () => log.push("read"),
    end: () => log.push("end"),
    fail: (error) => log.push(error.message),
  };
  return { log, sink };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function* body(pieces: readonly string[], cause?: Error): AsyncGenerator<Uint8Array, void> {
  for (const piece of pieces) yield Buffer.from(piece);
  if (cause !== undefined) throw cause;
}

test("pushChunks() gives every chunk and the end, nothing before it returns, and nothing while it is paused", async () => {
  const { log, sink } = recorder();
  const flow = pushChunks(body(["a", "b"]), sink);
  expect(log).toEqual([]);
  flow.pause();
  await turns();
  expect(log).toEqual(["a", "read"]);
  flow.resume();
  await turns();
  expect(log).toEqual(["a", "read", "b", "read", "end"]);
  flow.abandon();
});

test("pushChunks() fails once with what the chunks throw, and is silent once abandoned", async () => {
  const { log, sink } = recorder();
  pushChunks(body(["a"], new GatewayError("upstream_error", "broken")), sink);
  const abandoned = pushChunks(body(["c", "d"]), sink);
  abandoned.abandon();
  await turns();
  expect(log).toEqual(["a", "read", "broken"]);
});
