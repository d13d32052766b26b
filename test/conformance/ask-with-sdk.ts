import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import type { Headgate } from "../harness/start-headgate.ts";
import { sayingOfMessage } from "./anthropic-saying.ts";
import { finishFor } from "./finish-words.ts";
import { completionOfChunks, sayingOfCompletion } from "./openai-saying.ts";
import type { Dialect } from "./recordings.ts";
import type { Saying } from "./saying.ts";

/** Asks as a user's program would. Gives what the SDK made of the answer; throws what the SDK throws. */
export type Ask = (model: string, stream: boolean) => Promise<Saying>;

const messages = [{ role: "user", content: "hello" }] as const;

export function sdkClients(gateway: Headgate): { readonly [D in Dialect]: Ask } {
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0, timeout: 20_000 });
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0, timeout: 20_000 });
  return {
    "openai-chat": (model, stream) => (stream ? openaiStream(openai, model) : openaiWhole(openai, model)),
    "anthropic-messages": async (model, stream) => {
      const request = { model, max_tokens: 1000, messages: [...messages] };
      const answer = stream ? anthropic.messages.stream(request).finalMessage() : anthropic.messages.create(request);
      return sayingOfMessage(
        complete(plain(await answer), ["id", "model", "role", "type"]),
        finishFor("anthropic-messages", "anthropic-messages"),
      );
    },
  };
}

const completionFields = ["id", "created", "model", "object"];
const sameWord = finishFor("openai-chat", "openai-chat");

async function openaiWhole(client: OpenAI, model: string): Promise<Saying> {
  const answer = plain(await client.chat.completions.create({ model, messages: [...messages] }));
  return sayingOfCompletion(complete(answer, completionFields), sameWord);
}

/** The SDK's own accumulator must accept the stream and agree with its chunks, among which are fields it does not join. */
async function openaiStream(client: OpenAI, model: string): Promise<Saying> {
  const runner = client.chat.completions.stream({
    model,
    messages: [...messages],
    stream_options: { include_usage: true },
  });
  const chunks: JsonObject[] = [];
  runner.on("chunk", (chunk) => chunks.push(plain(chunk)));
  const whole = complete(plain(await runner.finalChatCompletion()), completionFields);
  const joined = sayingOfCompletion(whole, sameWord);
  const saying = sayingOfCompletion(completionOfChunks(chunks), sameWord);
  const same =
    joined.text === saying.text && joined.finish === saying.finish && Bun.deepEquals(joined.calls, saying.calls);
  if (!same) throw new Error("The SDK put the stream together differently");
  return saying;
}

/** SDKs take answers without the fields that their types promise; programs stumble over that. */
function complete(answer: JsonObject, fields: readonly string[]): JsonObject {
  const missing = fields.filter((field) => !answer[field]);
  if (missing.length > 0) throw new Error(`the answer lacks ${missing.join(", ")}`);
  return answer;
}

function plain(value: unknown): JsonObject {
  const json = parseJson(JSON.stringify(value));
  if (!isObject(json)) throw new Error(`The SDK gave ${JSON.stringify(value)}`);
  return json;
}
