import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, tryParseJson } from "#lib/json";
import { type Dialect, providerOf } from "./pairs.ts";
import type { OtherExchange, Recording } from "./recordings.ts";
import { modelFor } from "./replay-server.ts";
import type { Replay } from "./start-replay.ts";

/** Exchanges of operations other than completions that are served, each as a recording of its dialect. */
export type PlayedOperation = { readonly name: string; readonly recording: Recording };

const dialectOf: ReadonlyMap<string, Dialect> = new Map([
  ["embeddings", "openai-chat"],
  ["completions", "openai-chat"],
  ["gemini.embed", "gemini"],
  ["gemini.count_tokens", "gemini"],
]);

export function playedOperations(others: readonly OtherExchange[]): readonly PlayedOperation[] {
  return others.flatMap((exchange) => {
    const dialect = dialectOf.get(exchange.what);
    const json = tryParseJson(exchange.body.toString());
    // One recording is a list of answers.
    if (dialect === undefined || isArray(json)) return [];
    const isStream = json === undefined;
    const text = exchange.body.toString();
    const body = isStream && !/^(?::|data|event)/.test(text.trimStart()) ? eventsOf(text) : exchange.body;
    const { file, id, status } = exchange;
    return [
      {
        name: exchange.what,
        recording: { id, file, status, dialect, form: isStream ? "stream" : "whole", body, tags: [] },
      },
    ];
  });
}

function eventsOf(text: string): Buffer {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Buffer.from(lines.map((line) => `data: ${line}\n\n`).join(""));
}

/** What is wrong with what the clients of all dialects get that have the operation. */
export async function judgeOperation(replay: Replay, { name, recording }: PlayedOperation): Promise<readonly string[]> {
  const { gateway } = replay;
  const model = `${providerOf[recording.dialect]}/${modelFor(recording.id, "whole")}`;
  const answer = tryParseJson(recording.body.toString()) ?? null;
  const found: string[] = [];
  for (const { body, path, read, same } of asksFor(name, model, answer, recording)) {
    const response = await gateway.post(path, body);
    const text = await response.text();
    if (recording.status >= 300) {
      if (response.status !== recording.status) found.push(`${path}: status ${response.status}`);
      if (messageIn(tryParseJson(text)) !== messageIn(answer)) found.push(`${path}: message`);
    } else if (same) {
      if (text !== expected(recording)) found.push(`${path}: bytes (${response.status})`);
    } else if (!Bun.deepEquals(read(tryParseJson(text)), valuesIn(answer)))
      found.push(`${path}: values (${response.status})`);
  }
  return found;
}

type AskedOperation = {
  readonly path: string;
  readonly body: object;
  /** The bytes are to be the provider's; else what `read` finds. */
  readonly same: boolean;
  readonly read: (answer: Json | undefined) => readonly unknown[];
};

const text = "hello";

function asksFor(name: string, model: string, answer: Json, { form }: Recording): readonly AskedOperation[] {
  const count = Math.max(1, valuesIn(answer).length);
  const google = `/v1beta/models/${model}`;
  const inputs = Array.from({ length: count }, () => text);
  const requests = inputs.map((each) => ({ model: "models/m", content: { parts: [{ text: each }] } }));
  const ask = (path: string, body: object, same = false) => ({ path, body, same, read: valuesIn });
  const messages = [{ role: "user", content: text }];
  switch (name) {
    case "embeddings":
      return [ask("/v1/embeddings", { model, input: inputs }, true), ask(`${google}:batchEmbedContents`, { requests })];
    case "gemini.embed": {
      const isSingle = isObject(answer) && isObject(answer.embedding);
      const own = isSingle
        ? ask(`${google}:embedContent`, { content: { parts: [{ text }] } }, true)
        : ask(`${google}:batchEmbedContents`, { requests }, true);
      return [own, ask("/v1/embeddings", { model, input: inputs })];
    }
    case "completions":
      return [
        ask(
          "/v1/completions",
          { model, prompt: text, ...(form === "stream" && { stream: true, stream_options: { include_usage: true } }) },
          true,
        ),
      ];
    default:
      return [
        ask(`${google}:countTokens`, { contents: [{ role: "user", parts: [{ text }] }] }, true),
        ask("/v1/messages/count_tokens", { model, messages }),
        ask("/v1/responses/input_tokens", { model, input: text }),
        ask(`/model/${encodeURIComponent(model)}/count-tokens`, {
          input: { converse: { messages: [{ role: "user", content: [{ text }] }] } },
        }),
      ];
  }
}

/** The vectors of an answer of either kind, or the number of tokens. */
function valuesIn(answer: Json | undefined): readonly unknown[] {
  if (!isObject(answer)) return [];
  const single = objectOf(answer, "embedding");
  const google = single === undefined ? arrayOf(answer, "embeddings") : [single];
  const vectors = [
    ...google.filter(isObject).map(({ values }) => values),
    ...arrayOf(answer, "data")
      .filter(isObject)
      .map(({ embedding }) => vectorOf(embedding)),
  ];
  return vectors.length > 0 ? vectors : countIn(answer);
}

/** In base64 they are numbers of 32 bits. */
function vectorOf(embedding: Json | undefined): unknown {
  if (typeof embedding !== "string") return embedding;
  const bytes = Buffer.from(embedding, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
}

function countIn(answer: JsonObject): readonly unknown[] {
  const count = answer.totalTokens ?? answer.input_tokens ?? answer.inputTokens;
  return count === undefined ? [] : [count];
}

/** A closing mark that is missing is added. */
function expected({ body, form }: Recording): string {
  const written = body.toString();
  return form === "whole" || written.includes("[DONE]") ? written : `${written}data: [DONE]\n\n`;
}

function messageIn(json: Json | undefined): unknown {
  return isObject(json) ? objectOf(json, "error")?.message : undefined;
}
