import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import type { Headgate } from "../harness/start-headgate.ts";
import { bedrockAsks } from "./ask-bedrock.ts";
import { googleAsk } from "./ask-google.ts";
import type { Dialect } from "./pairs.ts";
import { sayingOfEvents, sayingOfWhole, streamedText } from "./read-saying.ts";
import type { Saying } from "./saying.ts";

/** Asks as a user's program would. Gives what the SDK made of the answer; throws what the SDK throws. */
export type Ask = (model: string, stream: boolean) => Promise<Saying>;

const messages = [{ role: "user", content: "hello" }] as const;

export function sdkClients(gateway: Headgate): { readonly [D in Dialect]: Ask } {
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0, timeout: 20_000 });
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0, timeout: 20_000 });
  return {
    ...bedrockAsks(gateway),
    gemini: googleAsk(gateway),
    "openai-chat": (model, stream) => (stream ? chatStream(openai, model) : chatWhole(openai, model)),
    "openai-responses": (model, stream) => (stream ? responseStream(openai, model) : responseWhole(openai, model)),
    "anthropic-messages": async (model, stream) => {
      const request = { model, max_tokens: 1000, messages: [...messages] };
      const answer = stream ? anthropic.messages.stream(request).finalMessage() : anthropic.messages.create(request);
      return sayingOfWhole("anthropic-messages", complete(plain(await answer), ["id", "model", "role", "type"]));
    },
  };
}

const completionFields = ["id", "created", "model", "object"];

async function chatWhole(client: OpenAI, model: string): Promise<Saying> {
  const answer = plain(await client.chat.completions.create({ model, messages: [...messages] }));
  return sayingOfWhole("openai-chat", complete(answer, completionFields));
}

/** The SDK's own accumulator must accept the stream and agree with its chunks, among which are fields it does not join. */
async function chatStream(client: OpenAI, model: string): Promise<Saying> {
  const runner = client.chat.completions.stream({
    model,
    messages: [...messages],
    stream_options: { include_usage: true },
  });
  const chunks: JsonObject[] = [];
  runner.on("chunk", (chunk) => chunks.push(plain(chunk)));
  const whole = complete(plain(await runner.finalChatCompletion()), completionFields);
  const joined = sayingOfWhole("openai-chat", whole);
  const saying = sayingOfEvents("openai-chat", chunks);
  const same =
    joined.text === saying.text &&
    joined.finish.word === saying.finish.word &&
    // It does not put the calls of custom tools together.
    (chunks.some((chunk) => JSON.stringify(chunk).includes('"custom"')) || Bun.deepEquals(joined.calls, saying.calls));
  if (!same) throw new Error("The SDK put the stream together differently");
  return saying;
}

const responseFields = ["id", "created_at", "model", "object", "status", "output"];

async function responseWhole(client: OpenAI, model: string): Promise<Saying> {
  const answer = plain(await client.responses.create({ model, input: "hello" }));
  return sayingOfWhole("openai-responses", complete(answer, responseFields));
}

/** The final response, the ended items and the deltas must all say the same, in events that are numbered one by one. */
async function responseStream(client: OpenAI, model: string): Promise<Saying> {
  const runner = client.responses.stream({ model, input: "hello" });
  const events: JsonObject[] = [];
  for await (const event of runner) events.push(plain(event));
  const whole = sayingOfWhole("openai-responses", complete(plain(await runner.finalResponse()), responseFields));
  const saying = sayingOfEvents("openai-responses", events);
  const agree =
    whole.text === saying.text &&
    streamedText(events) === whole.text &&
    whole.reasoning === saying.reasoning &&
    Bun.deepEquals([whole.calls, whole.finish], [saying.calls, saying.finish]);
  if (!agree) throw new Error("The deltas, items and the final response differ");
  if (!events.every((event, place) => event.sequence_number === place)) throw new Error("Events are not numbered");
  return whole;
}

/** SDKs take answers without the fields that their types promise; programs stumble over that. */
export function complete(answer: JsonObject, fields: readonly string[]): JsonObject {
  const missing = fields.filter((field) => !answer[field]);
  if (missing.length > 0) throw new Error(`the answer lacks ${missing.join(", ")}`);
  return answer;
}

/** What an SDK gave as JSON, bytes as base64. */
export function plain(value: unknown): JsonObject {
  const text = JSON.stringify(value, (_key, each: unknown) =>
    each instanceof Uint8Array ? Buffer.from(each).toString("base64") : each,
  );
  const json = parseJson(text);
  if (!isObject(json)) throw new Error(`The SDK gave ${text}`);
  return json;
}
