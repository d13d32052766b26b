import { describe, expect, test } from "bun:test";
import type { Completion, CompletionEvent, CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import { FramingError } from "#lib/frame-parser";
import { isObject, type Json, type JsonObject, tryParseJson } from "#lib/json";
import { scanTopLevel } from "#lib/json-scan";
import { tryParseJsonWithTexts, writeJson } from "#lib/json-text";
import { capabilityPairs } from "./capabilities/matrix";
import { messageFeatures } from "./capabilities/message-features";
import { requestFeatures } from "./capabilities/request-features";
import { createCollector, expand } from "./collect";
import type { Dialect } from "./dialect";
import { viewOf } from "./fixtures/completion-view";
import { targetOf } from "./fixtures/parts";
import { randomCompletion } from "./fixtures/random-completion";
import { createRandom, type Random } from "./fixtures/random-events";
import { randomJson, spoiledJson } from "./fixtures/random-json";
import { mendsFor } from "./mend";
import { mendEncoded } from "./mend-encoded";
import { InvalidAnswer } from "./operation";
import { dialects } from "./registry";

const matrix = [...capabilityPairs(dialects)].flat();

// Repeatable: each test begins at a seed of its own.
const rounds = process.env.HEADGATE_TEST_FULL === "1" ? 50_000 : 200;
const patienceMs = 1_800_000;

/** The dialects whose completions can be translated, with all that one needs of them. */
const known = Object.values(dialects).flatMap((dialect) => {
  const { completion } = dialect.operations;
  if (completion?.translation === undefined || completion.decodeRequest === undefined) return [];
  const { answer, decodeRequest, translation } = completion;
  if (answer.kind !== "json" || answer.stream === undefined) return [];
  return [{ dialect, operation: completion, answer, stream: answer.stream, decodeRequest, ...translation }];
});
type Known = (typeof known)[number];

/** What the matrix says that clients of a dialect do not get as it was, from whichever provider. */
const losses = new Map(known.map(({ dialect: { name } }) => [name, lossesOf(name)]));

function lossesOf(client: string): ReadonlySet<string> {
  const rows = matrix.filter((row) => row.about === "answer" && row.client === client);
  return new Set(rows.filter(({ whole }) => whole !== "kept" && whole !== "unsayable").map(({ feature }) => feature));
}

const context = { id: "0".repeat(32), nowS: 1, streamUsage: true };
const asked: CompletionRequest = {
  ...{ model: "m", stream: false, streamUsage: true, tools: [], stop: [], n: 1, extensions: {} },
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
};

for (const one of known) {
  describe(`${one.dialect.name}`, () => {
    test(
      "an answer is the same once it is written and read, but for what the matrix names",
      () => {
        const random = createRandom(10);
        for (let round = 0; round < rounds; round++) {
          const completion = randomCompletion(random);
          const lost = losses.get(one.dialect.name) ?? new Set();
          const wanted = viewOf(completion, lost);
          expect({ completion, ...viewOf(writtenWhole(one, completion), lost, completion) }).toEqual({
            completion,
            ...wanted,
          });
          const events = decodedOf(one, [streamOf(one, completion)]);
          expect({ completion, ...viewOf(collected(events), lost, completion) }).toEqual({ completion, ...wanted });
        }
      },
      patienceMs,
    );

    test(
      "a stream gives the same events however it is cut",
      () => {
        const random = createRandom(11);
        for (let round = 0; round < rounds / 6; round++) {
          const bytes = streamOf(one, randomCompletion(random));
          const whole = decodedOf(one, [bytes]);
          expect(
            decodedOf(
              one,
              piecesOf(bytes, () => 1),
            ),
          ).toEqual(whole);
          expect(
            decodedOf(
              one,
              piecesOf(bytes, () => 1 + random(40)),
            ),
          ).toEqual(whole);
        }
      },
      patienceMs,
    );

    test(
      "random bytes and torn or spoiled streams are reported, and nothing else is thrown",
      () => {
        const random = createRandom(12);
        for (let round = 0; round < rounds; round++) {
          const bytes = spoiledBytes(one, random);
          onlyThrows(
            [FramingError, InvalidAnswer],
            () =>
              decodedOf(
                one,
                piecesOf(bytes, () => 1 + random(200)),
              ),
            bytes,
          );
          onlyThrows([FramingError, InvalidAnswer], () => meter(one, bytes), bytes);
        }
      },
      patienceMs,
    );

    test(
      "any JSON in the place of an answer is one, or reported",
      () => {
        const random = createRandom(13);
        for (let round = 0; round < rounds; round++) {
          const answer = spoiledAnswer(one, random);
          onlyThrows([InvalidAnswer], () => one.codec.decodeResponse(answer), answer);
          onlyThrows(
            [],
            () => [one.answer.meter(answer), one.answer.failure(answer), one.answer.textBytes(answer)],
            answer,
          );
        }
      },
      patienceMs,
    );

    test(
      "any JSON in the place of a request is one, or refused in words",
      () => {
        const random = createRandom(14);
        const bodies = requestsOf(one);
        for (let round = 0; round < rounds; round++) {
          let body: Json = bodies[random(bodies.length)] ?? {};
          for (let times = random(4); times >= 0; times--) body = spoiledJson(body, random);
          onlyThrows([GatewayError], () => one.decodeRequest(body), body);
          if (isObject(body)) onlyThrows([GatewayError], () => demandOf(one, body), body);
        }
      },
      patienceMs,
    );

    test(
      "what any provider's spoiled stream says is written for its clients, or reported",
      () => {
        const random = createRandom(16);
        for (let round = 0; round < rounds; round++) {
          const provider = known[random(known.length)] ?? one;
          const bytes = spoiledBytes(provider, random);
          onlyThrows([FramingError, InvalidAnswer], () => carried(provider, one, bytes), bytes);
        }
      },
      patienceMs,
    );

    test(
      "a request that can be read is written for every provider, or refused in words",
      () => {
        const random = createRandom(17);
        const bodies = requestsOf(one);
        for (let round = 0; round < rounds; round++) {
          const body = spoiledJson(bodies[random(bodies.length)] ?? {}, random);
          for (const provider of known)
            onlyThrows([GatewayError], () => written(provider, one.decodeRequest(body)), [provider.dialect.name, body]);
        }
      },
      patienceMs,
    );

    test(
      "any error answer is read",
      () => {
        const random = createRandom(15);
        for (let round = 0; round < rounds; round++) {
          const value = random(2) === 0 ? randomJson(random, 5) : spoiledJson(errorOf(one.dialect), random);
          const text = random(8) === 0 ? randomText(random) : JSON.stringify(value);
          onlyThrows([], () => one.dialect.decodeError(400 + random(200), text), text);
        }
      },
      patienceMs,
    );
  });
}

function writtenWhole({ codec, endpoint }: Known, completion: Completion): Completion {
  const written = writeJson(endpoint.encodeResponse(completion, context));
  return codec.decodeResponse(tryParseJsonWithTexts(written, codec.answerTexts ?? []) ?? null);
}

function collected(events: readonly CompletionEvent[]): Completion {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.completion();
}

type Thrown = new (...args: never[]) => Error;

function onlyThrows(allowed: readonly Thrown[], work: () => unknown, input: unknown): void {
  try {
    work();
  } catch (error) {
    if (allowed.some((kind) => error instanceof kind)) return;
    const shown = input instanceof Uint8Array ? Buffer.from(input).toString("latin1") : JSON.stringify(input);
    throw new Error(`${String(error)} at ${shown}`, { cause: error });
  }
}

function textOf({ endpoint }: Known, completion: Completion): readonly string[] {
  const encoder = endpoint.createStreamEncoder(context);
  return expand(completion).map(encoder.push);
}

function streamOf(one: Known, completion: Completion): Uint8Array {
  return one.stream.framing.write(textOf(one, completion).join(""));
}

function decodedOf({ codec, stream }: Known, pieces: readonly Uint8Array[]) {
  const parser = stream.framing.createParser();
  const decoder = codec.createStreamDecoder();
  const events = pieces.flatMap((piece) => parser.push(piece)).flatMap((event) => decoder.push(event));
  const rest = parser.end().flatMap((event) => decoder.push(event));
  // Texts that came in pieces are the same however many there were.
  return [...events, ...rest, ...decoder.finish().events];
}

/** Each event as it comes, until one breaks. */
function carried(provider: Known, client: Known, bytes: Uint8Array): void {
  const parser = provider.stream.framing.createParser();
  const decoder = provider.codec.createStreamDecoder();
  const encoder = client.endpoint.createStreamEncoder(context);
  for (const event of [...parser.push(bytes), ...parser.end()])
    for (const decoded of decoder.push(event)) client.stream.framing.write(encoder.push(decoded));
  encoder.dropped();
}

/** The models whose traits ask for most. */
const targets: { readonly [dialect: string]: readonly [provider: string, model: string] } = {
  "openai-chat": ["mistral", "mistral-large-latest"],
  "anthropic-messages": ["anthropic", "claude-sonnet-4-5"],
  "bedrock-converse": ["bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"],
  "bedrock-invoke": ["bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"],
  "openai-responses": ["openai", "gpt-5.1"],
  gemini: ["gemini", "gemini-3-pro-preview"],
};

/** A request's body as it is sent. */
function written({ codec, dialect, operation }: Known, request: CompletionRequest): void {
  const [provider, model] = targets[dialect.name] ?? ["", "m"];
  const target = targetOf(provider, dialect.name, model);
  mendEncoded(codec.encodeRequest(request, target), mendsFor(operation.mends ?? [], target.traits), noClient);
}

const noClient = scanTopLevel(Buffer.from("{}"));

function meter({ stream }: Known, bytes: Uint8Array): void {
  const parser = stream.framing.createParser();
  const watched = stream.createMeter({ hideUsage: false });
  for (const event of [...parser.push(bytes), ...parser.end()]) watched.push(event);
  watched.facts();
}

function piecesOf(bytes: Uint8Array, size: () => number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + size());
    pieces.push(bytes.slice(at, end));
    at = end;
  }
  return pieces;
}

/** A stream in which events are gone, doubled or hold other JSON, bytes are others, or the end is missing. */
function spoiledBytes(one: Known, random: Random): Uint8Array {
  if (random(10) === 0) return Buffer.from(randomText(random), "latin1");
  const events = textOf(one, randomCompletion(random)).flatMap((text) => {
    if (random(8) === 0) return random(2) === 0 ? [] : [text, text];
    return random(3) > 0 ? [text] : [text.replace(/\{.*\}/, (json) => spoiledText(json, random))];
  });
  const bytes = Buffer.from(one.stream.framing.write(events.join("")));
  if (random(3) === 0 && bytes.length > 0) bytes[random(bytes.length)] = random(256);
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

function spoiledText(json: string, random: Random): string {
  const value = tryParseJson(json);
  return value === undefined ? json : JSON.stringify(spoiledJson(value, random));
}

function spoiledAnswer({ codec, endpoint }: Known, random: Random): Json {
  const written = writeJson(endpoint.encodeResponse(randomCompletion(random), context));
  let answer = tryParseJsonWithTexts(written, codec.answerTexts ?? []) ?? null;
  for (let times = random(4); times >= 0; times--) answer = spoiledJson(answer, random);
  return answer;
}

/** A request for each thing that can be said in one. */
function requestsOf({ codec, dialect }: Known): readonly JsonObject[] {
  return [...messageFeatures, ...requestFeatures].flatMap(({ request }) => {
    try {
      const { body } = codec.encodeRequest({ ...asked, ...request(dialect.name) }, { model: "m", traits: {} });
      const arrived = tryParseJson(writeJson({ model: "m", ...body }));
      return isObject(arrived) ? [arrived] : [];
    } catch (error) {
      if (error instanceof GatewayError) return [];
      throw error;
    }
  });
}

function demandOf({ decodeRequest, operation }: Known, json: JsonObject): unknown {
  const body = scanTopLevel(Buffer.from(JSON.stringify(json)));
  const envelope = operation.decodeEnvelope(json);
  return operation.demand({ body, envelope, full: () => decodeRequest(json) });
}

function errorOf({ encodeError }: Dialect): Json {
  return encodeError(new GatewayError("rate_limited", "Cannot do it"), "id-1");
}

function randomText(random: Random): string {
  return Buffer.from(Array.from({ length: random(200) }, () => random(256))).toString("latin1");
}
