import { describe, expect, test } from "bun:test";
import { inputTotal, outputTotal, type Usage, usageClasses } from "#core/usage";
import { createCollector } from "./collect";
import type { Codec } from "./fixtures/parts";
import { anthropicMessagesCodec, openaiChatCodec } from "./fixtures/parts";
import { hasLargeSet, parseEvents, type Recording, readRecordings } from "./fixtures/recordings";
import type { ResponseFacts } from "./operation";

// What we say was used, against the provider's own figures. The reader here is its own, and as plain as it can be: it
// shares no code with the codecs.

type Figures = { readonly [name: string]: unknown };

/** What must come out, in the terms that every provider has. */
type Expected = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWritten: number;
  readonly reasoning: number;
  readonly searches: number;
  readonly serviceTier: string | undefined;
};

const chatFiles = [
  ...["alibaba", "azure-openai", "cerebras", "deepseek", "gemini", "groq", "huggingface", "mistral", "moonshot"],
  ...["ollama", "openai", "openrouter", "other", "perplexity", "together", "vertex", "xai"],
];
/** Bodies that several answers were written into, and one that begins an answer inside another. */
const notOneAnswer = new Set(["7995401d8895", "2fd6570c508d", "4310d2154b18", "7be4e18f598d", "6ec90bad81ae"]);

const chats = answersOf(readRecordings(chatFiles, "chat.completions"));
const messages = answersOf(readRecordings(["anthropic", "other"], "messages")).flatMap(turnsOf);

describe("usage of recorded Chat Completions", () => {
  for (const recording of chats) {
    test(`${recording.id} of ${recording.provider} is the provider's`, () => {
      compare(openaiChatCodec, recording, expectedOfChat(recording));
    });
  }

  test("was reported by most of them", () => {
    const counted = chats.map(expectedOfChat).filter((each) => each !== undefined).length;
    process.stdout.write(`${counted} of ${chats.length} chat completions report usage\n`);
    expect(counted).toBeGreaterThan(hasLargeSet ? 250 : 80);
  });
});

describe("usage of recorded messages", () => {
  for (const recording of messages) {
    test(`${recording.id} of ${recording.provider} is the provider's`, () => {
      compare(anthropicMessagesCodec, recording, expectedOfMessage(recording));
    });
  }

  test("was reported by most of them", () => {
    const counted = messages.map(expectedOfMessage).filter((each) => each !== undefined).length;
    process.stdout.write(`${counted} of ${messages.length} messages report usage\n`);
    expect(counted).toBeGreaterThan(hasLargeSet ? 140 : 60);
  });
});

/** Meter and decoder must both say it, for an answer that passes through and for one that is translated. */
function compare(codec: Codec, { answer, stream }: Recording, expected: Expected | undefined): void {
  const metered = stream ? createStreamMeter(codec, answer) : codec.meterResponse(JSON.parse(answer));
  const decoded = stream ? createStreamDecoder(codec, answer) : codec.decodeResponse(JSON.parse(answer));
  for (const facts of [metered, decoded]) {
    expect(facts?.usage && summary(facts.usage, facts.serviceTier)).toEqual(expected);
    for (const name of usageClasses) {
      const amount = facts?.usage?.[name] ?? 0;
      expect([name, Number.isSafeInteger(amount) && amount >= 0]).toEqual([name, true]);
    }
  }
}

function createStreamMeter(codec: Codec, answer: string): ResponseFacts {
  const meter = codec.createStreamMeter({ hideUsage: false });
  for (const event of parseEvents(answer)) meter.push(event);
  return meter.facts();
}

function createStreamDecoder(codec: Codec, answer: string): ResponseFacts {
  const decoder = codec.createStreamDecoder();
  const collector = createCollector();
  for (const event of parseEvents(answer)) for (const out of decoder.push(event)) collector.push(out);
  for (const out of decoder.finish().events) collector.push(out);
  return collector.completion();
}

function summary(usage: Usage, serviceTier: string | undefined): Expected {
  return {
    input: inputTotal(usage),
    output: outputTotal(usage),
    cacheRead: usage.cacheRead,
    cacheWritten: usage.cacheWrite + usage.cacheWrite1h,
    reasoning: usage.reasoning,
    searches: usage.searches,
    serviceTier,
  };
}

function expectedOfChat({ answer }: Recording): Expected | undefined {
  const objects = payloads(answer);
  const usage = objects
    .map((each) => obj(each.usage) ?? obj(obj(each.x_groq)?.usage))
    .findLast((each) => each !== undefined);
  if (usage === undefined || typeof usage.prompt_tokens !== "number") return undefined;
  const prompt = num(usage.prompt_tokens);
  const completion = num(usage.completion_tokens);
  const total = num(usage.total_tokens) || prompt + completion;
  const named = num(obj(usage.completion_tokens_details)?.reasoning_tokens) || num(usage.reasoning_tokens);
  // xAI and Gemini count reasoning into the total alone.
  const output = Math.max(completion, total - prompt);
  const details = obj(usage.prompt_tokens_details);
  const cached = num(
    details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens ?? usage.num_cached_tokens,
  );
  return {
    input: prompt,
    output,
    // One recording of Mistral's says that more was cached than was sent.
    cacheRead: Math.min(cached, prompt),
    cacheWritten: 0,
    reasoning: Math.max(named, output - completion),
    searches: 0,
    serviceTier: objects.map((each) => str(each.service_tier)).findLast((tier) => tier !== undefined),
  };
}

function expectedOfMessage({ answer }: Recording): Expected | undefined {
  const all = payloads(answer).flatMap((each) => [obj(obj(each.message)?.usage), obj(each.usage)]);
  const usages = all.filter((each) => each !== undefined);
  if (usages.length === 0) return undefined;
  const last = (name: string) =>
    usages.map((each) => each[name]).findLast((value) => value !== undefined && value !== null);
  const iterations = last("iterations");
  const compacted = (Array.isArray(iterations) ? iterations : []).filter((each) => each.type === "compaction");
  const sum = (name: string) => num(last(name)) + compacted.reduce((total, each) => total + num(each[name]), 0);
  const cacheRead = sum("cache_read_input_tokens");
  const cacheWritten = sum("cache_creation_input_tokens");
  const tier = str(last("service_tier"));
  return {
    input: sum("input_tokens") + cacheRead + cacheWritten,
    output: sum("output_tokens"),
    cacheRead,
    cacheWritten,
    reasoning: num(obj(last("output_tokens_details"))?.thinking_tokens),
    searches: num(obj(last("server_tool_use"))?.web_search_requests),
    serviceTier: tier === "standard" ? "default" : tier,
  };
}

function answersOf(recordings: readonly Recording[]): readonly Recording[] {
  return recordings
    .filter(({ id, status, answer }) => status < 400 && !notOneAnswer.has(id) && !answer.includes('"error":{"'))
    .map(asEvents);
}

/** Three streams were recorded as a chunk a line. */
function asEvents(recording: Recording): Recording {
  const lines = recording.answer.split("\n").filter((line) => line !== "");
  if (!lines.every((line) => line.includes('"chat.completion.chunk"'))) return recording;
  return {
    ...recording,
    stream: true,
    answer: lines.map((line) => `data: ${line.replace(/^data: ?/, "")}\n\n`).join(""),
  };
}

/** Some recordings hold the streams of several turns, one behind the other. */
function turnsOf(recording: Recording): readonly Recording[] {
  if (!recording.stream) return [recording];
  const turns = recording.answer
    .split(/(?=^data:.*"message_start")/m)
    .filter((turn) => turn.includes('"message_start"'));
  return turns.map((answer, i) => ({ ...recording, id: `${recording.id}#${i + 1}`, answer }));
}

/** Every JSON object of a body: the body itself, or what follows `data:` on the lines of a stream. */
function payloads(answer: string): readonly Figures[] {
  const texts = answer.trimStart().startsWith("{")
    ? [answer]
    : answer.split(/\r?\n/).flatMap((line) => /^data:\s*(\{.*)$/.exec(line)?.[1] ?? []);
  return texts.map((text) => obj(JSON.parse(text)) ?? {});
}

function obj(value: unknown): Figures | undefined {
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}

function num(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function str(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
