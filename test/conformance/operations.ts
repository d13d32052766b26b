import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, parseJson, tryParseJson } from "#lib/json";
import { otherMakers } from "./classify.ts";
import { cohere, type Dialect, providerOf } from "./pairs.ts";
import type { OtherExchange, Recording } from "./recordings.ts";
import { modelFor } from "./replay-server.ts";
import type { Replay } from "./start-replay.ts";

/** Exchanges of operations other than completions, each as a recording of its provider's answer. */
export type PlayedOperation = { readonly name: string; readonly provider: string; readonly recording: Recording } & (
  | { readonly kind: "served" }
  /** The gateway refuses the recorded request, and asks nothing. */
  | { readonly kind: "refused"; readonly request: string }
);

/** Where each is served, and in which dialect's framing. */
const servedBy: ReadonlyMap<string, { readonly provider: string; readonly dialect: Dialect }> = new Map([
  ["embeddings", { provider: providerOf["openai-chat"], dialect: "openai-chat" }],
  ["completions", { provider: providerOf["openai-chat"], dialect: "openai-chat" }],
  ["cohere.embed", { provider: cohere, dialect: "openai-chat" }],
  ["gemini.embed", { provider: providerOf.gemini, dialect: "gemini" }],
  ["gemini.count_tokens", { provider: providerOf.gemini, dialect: "gemini" }],
  [otherMakers, { provider: providerOf["bedrock-invoke"], dialect: "bedrock-invoke" }],
]);

export function playedOperations(others: readonly OtherExchange[]): readonly PlayedOperation[] {
  return others.flatMap((exchange): readonly PlayedOperation[] => {
    const { file, id, request, status, what } = exchange;
    const served = servedBy.get(what);
    if (served === undefined) return [];
    const { dialect, provider } = served;
    const head = { file, status, dialect, tags: [] };
    const { form, bodies } = answersIn(exchange);
    return bodies.map((body, at) => {
      const recording = { ...head, id: bodies.length === 1 ? id : `${id}.${at + 1}`, form, body };
      const played = { name: what, provider, recording };
      return what === otherMakers
        ? { ...played, kind: "refused", request: request?.text ?? "" }
        : { ...played, kind: "served" };
    });
  });
}

/** Some recordings list the answers to several requests. */
function answersIn({ body, what }: OtherExchange): Pick<Recording, "form"> & { readonly bodies: readonly Buffer[] } {
  const text = body.toString();
  const json = tryParseJson(text);
  if (isArray(json)) return { form: "whole", bodies: json.map((answer) => Buffer.from(JSON.stringify(answer))) };
  if (json !== undefined || what === otherMakers) return { form: "whole", bodies: [body] };
  return { form: "stream", bodies: [/^(?::|data|event)/.test(text.trimStart()) ? body : eventsOf(text)] };
}

function eventsOf(text: string): Buffer {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Buffer.from(lines.map((line) => `data: ${line}\n\n`).join(""));
}

/** What is wrong with what the clients of all dialects get that have the operation. */
export async function judgeOperation(replay: Replay, played: PlayedOperation): Promise<readonly string[]> {
  if (played.kind === "refused") return judgeRefusal(replay, played);
  const { gateway } = replay;
  const { name, provider, recording } = played;
  const model = `${provider}/${modelFor(recording.id, "whole")}`;
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

/** In AWS's form, by the name of what is missing. */
async function judgeRefusal(
  { gateway, server }: Replay,
  { provider, recording, request }: Extract<PlayedOperation, { readonly kind: "refused" }>,
): Promise<readonly string[]> {
  const model = modelFor(recording.id, "whole");
  const path = `/model/${encodeURIComponent(`${provider}/${model}`)}/invoke`;
  const response = await gateway.post(path, parseJson(request));
  const text = await response.text();
  const found: string[] = [];
  if (response.status !== 400) found.push(`status ${response.status}`);
  if (response.headers.get("x-amzn-errortype") !== "ValidationException") found.push("type");
  if (!/^\{"message":"[^"]*\\"anthropic_version\\"/.test(text)) found.push(text);
  if (server.seen(model) !== undefined) found.push("the provider was asked");
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
  const single = (same = false) => ask(`${google}:embedContent`, { content: { parts: [{ text }] } }, same);
  const openAi = (same = false) => ask("/v1/embeddings", { model, input: inputs }, same);
  const batch = (same = false) => ask(`${google}:batchEmbedContents`, { requests }, same);
  const embed = (same = false) => ask("/v2/embed", { model, input_type: "search_document", texts: inputs }, same);
  const alone = count === 1 ? [single()] : [];
  switch (name) {
    case "embeddings":
      return [openAi(true), batch(), embed(), ...alone];
    case "cohere.embed":
      return [embed(true), openAi(), batch(), ...alone];
    case "gemini.embed": {
      const isSingle = isObject(answer) && isObject(answer.embedding);
      return [isSingle ? single(true) : batch(true), openAi(), embed(), ...(isSingle ? [] : alone)];
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
    ...arrayOf(objectOf(answer, "embeddings") ?? {}, "float"),
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
  return isObject(json) ? (objectOf(json, "error") ?? json).message : undefined;
}
