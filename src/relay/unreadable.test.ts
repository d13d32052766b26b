import { afterEach, describe, expect, test } from "bun:test";
import type { GatewayError } from "#core/errors";
import type { Dialect } from "#dialects/dialect";
import { openaiChat } from "#dialects/openai-chat/dialect";
import type { StreamMeter } from "#dialects/operation";
import { dialects } from "#dialects/registry";
import {
  anthropicMessages,
  inferenceWith,
  scratchPipeline,
  scratchSecret,
  snapshotLeadingTo,
  textOf,
} from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import { sentBy } from "./fixtures/said";
import type { Said } from "./fixtures/said/words";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const cause = new RangeError("Maximum call stack size exceeded.");
const fails = (): never => {
  throw cause;
};

/** The dialect, whose own code fails at every request, whichever way it comes. */
function failingAtRequests(dialect: Dialect): Dialect {
  const { completion } = dialect.operations;
  if (completion?.body !== "json" || completion.translation === undefined) throw new Error("no completion");
  const { codec, endpoint } = completion.translation;
  const translation = { endpoint, codec: { ...codec, encodeRequest: fails } };
  const broken = { ...completion, patchRequest: fails, translation };
  return { ...dialect, operations: { ...dialect.operations, completion: broken } };
}

/** The dialect, whose own code fails at every answer; at a streamed one from the given event on. */
function failing(dialect: Dialect, fromEvent: number): Dialect {
  const { completion } = dialect.operations;
  if (completion?.answer.kind !== "json" || completion.translation === undefined) throw new Error("no completion");
  const { answer, translation } = completion;
  const { stream } = answer;
  if (stream === undefined) throw new Error("no stream");
  const meterOf = (meter: StreamMeter): StreamMeter => {
    let events = 0;
    return { ...meter, push: (event) => (events++ < fromEvent ? meter.push(event) : fails()) };
  };
  const decoderOf = (decoder: ReturnType<typeof translation.codec.createStreamDecoder>) => {
    let events = 0;
    return {
      ...decoder,
      push: (event: Parameters<typeof decoder.push>[0]) => (events++ < fromEvent ? decoder.push(event) : fails()),
    };
  };
  const codec = {
    ...translation.codec,
    decodeResponse: fails,
    createStreamDecoder: () => decoderOf(translation.codec.createStreamDecoder()),
  };
  const broken = {
    ...completion,
    translation: { ...translation, codec },
    answer: {
      ...answer,
      meter: fails,
      stream: {
        ...stream,
        createMeter: (options: Parameters<typeof stream.createMeter>[0]) => meterOf(stream.createMeter(options)),
      },
    },
  };
  return { ...dialect, operations: { ...dialect.operations, completion: broken } };
}

const chunk = (delta: object) => `data: ${JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta }] })}\n\n`;
const message = { role: "assistant", content: "hello" };
const whole = JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, message, finish_reason: "stop" }] });
const streamed = chunk({ content: "hello" }) + chunk({ content: " you" });
const said: Said = { text: "hello", usage: { input: 1, output: 1 } };
const anthropicAnswer = {
  whole: sentBy("anthropic-messages", said, false).body,
  streamed: sentBy("anthropic-messages", said, true).body,
};

type Way = { readonly stream: boolean; readonly isTranslated: boolean };

const ways: readonly Way[] = [false, true].flatMap((stream) =>
  [false, true].map((isTranslated) => ({ stream, isTranslated })),
);
const how = ({ stream, isTranslated }: Way) =>
  `${stream ? "streamed" : "whole"}, ${isTranslated ? "translated" : "passed"}`;

/** Asks that many targets of a dialect that fails as told. */
async function play(
  targets: number,
  { stream, isTranslated }: Way,
  broken: Dialect = failing(openaiChat, 0),
  others: "openai-chat" | "anthropic-messages" = "openai-chat",
) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { journal, ledger, records } = governance;
  const asked = ["a", "b", "c"]
    .slice(0, targets)
    .map((name, index) => ({ ...target(name, "m"), dialect: spoken(index === 0 ? "openai-chat" : others) }));
  const snapshot = snapshotLeadingTo(asked, governance.key());
  const told: GatewayError[] = [];
  let calls = 0;
  const infer = scratchPipeline({
    ...{ ledger, journal, snapshot: () => snapshot },
    dialects: { ...dialects, "openai-chat": broken },
    upstream: async ({ streams = false }) => {
      calls += 1;
      const said = others === "openai-chat" ? { whole, streamed } : anthropicAnswer;
      return answerOfPieces(200, new Headers(), [streams ? said.streamed : said.whole]);
    },
    onInternalError: (error) => told.push(error),
  });
  const body = { model: "m", max_tokens: 9, stream, messages: [{ role: "user", content: "hi" }] };
  const client = isTranslated ? anthropicMessages : {};
  const response = await infer(inferenceWith(body, { ...client, secret: () => scratchSecret }));
  const text = await textOf(response);
  const health = asked.map(({ provider }) => ledger.health.read(ledger.health.row(`${provider.id}/m#main`)).errors);
  return { response, text, calls, told, health, record: records[0] };
}

describe("an answer at which our own code fails", () => {
  for (const way of ways) {
    test(`is asked of one other target, is never a 500, and is told with its cause: ${how(way)}`, async () => {
      const { response, text, calls, told, health, record } = await play(3, way);
      expect([response.status, response.headers.errorCode]).toEqual([502, "upstream_invalid_response"]);
      expect(text).not.toContain("stack");
      expect(calls).toBe(2);
      expect(told.map((error) => error.cause)).toEqual([cause, cause]);
      expect(health).toEqual([0, 0, 0]);
      expect(record?.attempts.map(({ errorClass, next }) => [errorClass, next])).toEqual([
        ["unreadable", "fallback: unreadable"],
        ["unreadable", "end: a second fault of our own"],
      ]);
      // The provider may have billed what it was sent.
      expect(response.headers.shouldRetry).toBe(false);
    });
  }

  for (const isTranslated of [false, true]) {
    test(`ends a stream that has begun with an explicit error: ${isTranslated ? "translated" : "passed"}`, async () => {
      const way = { stream: true, isTranslated };
      const { response, text, calls, told, health, record } = await play(2, way, failing(openaiChat, 1));
      expect([response.status, calls]).toEqual([200, 1]);
      expect(text).toContain("hello");
      expect(text).toContain("Cannot read the answer of the provider");
      expect(told.map((error) => error.cause)).toEqual([cause]);
      expect(health).toEqual([0, 0]);
      expect(record).toMatchObject({ outcome: "cut", errorCode: "upstream_invalid_response" });
    });
  }
});

describe("a request at which our own code fails", () => {
  for (const way of ways) {
    test(`is asked of one other target, then ends with a clear error, and nothing is sent: ${how(way)}`, async () => {
      const { response, text, calls, told, health, record } = await play(3, way, failingAtRequests(openaiChat));
      expect([response.status, response.headers.errorCode]).toEqual([502, "internal_error"]);
      expect(text).toContain('Cannot write the request for the provider \\"b\\"');
      expect(text).not.toContain("stack");
      expect(response.headers.shouldRetry).toBe(false);
      expect(calls).toBe(0);
      expect(told.map((error) => error.cause)).toEqual([cause, cause]);
      expect(health).toEqual([0, 0, 0]);
      expect(record).toMatchObject({ outcome: "refused", errorCode: "internal_error", charges: [] });
    });

    test(`is answered by a target whose dialect can carry it: ${how(way)}`, async () => {
      const { response, text, calls, told } = await play(2, way, failingAtRequests(openaiChat), "anthropic-messages");
      expect([response.status, calls]).toEqual([200, 1]);
      expect(text).toContain("hello");
      expect(told.map((error) => error.cause)).toEqual([cause]);
      expect(response.headers.provider).toBe("b");
    });
  }
});
