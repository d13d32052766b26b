import { afterEach, expect, test } from "bun:test";
import {
  anthropicMessages,
  inferenceWith,
  scratchPipeline,
  scratchSecret,
  snapshotLeadingTo,
} from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

test("streams that run keep nothing of their requests' bodies alive", async () => {
  const clients = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? {} : anthropicMessages));
  const streams = [];
  for (const client of clients) streams.push(await openStream(client));
  for (let turns = 0; turns < 3; turns++) {
    await new Promise(setImmediate);
    Bun.gc(true);
  }
  // The collector takes what it finds on the stack for references: now and then one is left.
  expect(streams.filter(({ held }) => held.deref() !== undefined).length).toBeLessThan(2);
  for (const { body } of streams) body.leave();
});

/** Opens a stream that does not end, and forgets its request. */
async function openStream(client: object) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { journal, ledger } = governance;
  const snapshot = snapshotLeadingTo([target("p", "m")], governance.key());
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream: endless });
  const text = JSON.stringify({
    model: "m",
    max_tokens: 9,
    stream: true,
    messages: [{ role: "user", content: "x".repeat(100_000) }],
  });
  let bytes: Uint8Array | undefined = Buffer.from(text);
  const held = new WeakRef(bytes);
  const readBody = async () => {
    const read = { bytes: bytes ?? new Uint8Array(), release: () => undefined };
    bytes = undefined;
    return read;
  };
  const response = await infer({ ...inferenceWith("", { ...client, secret: () => scratchSecret }), readBody });
  if (typeof response.body === "string" || response.body instanceof Uint8Array) throw new Error(`${response.body}`);
  const { body } = response;
  const sent = Promise.withResolvers<void>();
  void body.sendTo({
    write: ({ length }) => {
      sent.resolve();
      return length;
    },
    flush: () => 0,
  });
  await sent.promise;
  return { body, held };
}

const endless: UpstreamClient = async () =>
  answerOfPieces(
    200,
    new Headers({ "content-type": "text/event-stream" }),
    (async function* () {
      yield 'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n';
      await new Promise(() => undefined);
    })(),
  );
