import { isObject, objectOf, parseJson, stringOf } from "#lib/json";
import type { HttpRequest } from "../fake-provider/http-connection.ts";
import type { Judge } from "../harness/start-judge.ts";
import { clientPath, type Dialect, providerOf } from "./pairs.ts";
import type { RecordedRequest, Recording } from "./recordings.ts";
import { modelFor } from "./replay-server.ts";
import type { Replay } from "./start-replay.ts";

/** What became of a recorded request on its way to a provider. */
export type SentRequest = {
  readonly id: string;
  /** Why it did not get there. */
  readonly refused?: string;
  /** Fields that the translation could not carry. */
  readonly dropped: readonly string[];
  /** What the provider's API description says against it. */
  readonly problems: readonly string[];
  /** The same dialect's bytes with other than the listed changes. */
  readonly changed: boolean;
};

/** Models of the other dialect that a translated request is sent to: forms differ between generations. */
export const translatedModels = {
  "openai-chat": ["gpt-4o", "gpt-5.2"],
  "anthropic-messages": ["claude-3-7-sonnet-latest", "claude-opus-4-8"],
  "openai-responses": ["gpt-4.1", "gpt-5.1"],
  gemini: ["gemini-2.5-flash", "gemini-3-pro-preview"],
  "bedrock-converse": ["anthropic.claude-3-7-sonnet-20250219-v1:0", "amazon.nova-pro-v1:0"],
  "bedrock-invoke": ["anthropic.claude-sonnet-4-5-20250929-v1:0"],
} as const satisfies { readonly [D in Dialect]: readonly string[] };

/** The recorded requests of a dialect, each once: some stand in several recordings. */
export function requestsOf(recordings: readonly Recording[], client: Dialect): readonly Recording[] {
  const byText = new Map<string, Recording>();
  for (const recording of recordings) {
    const { dialect, request } = recording;
    if (request && dialect === client && !byText.has(request.text)) byText.set(request.text, recording);
  }
  return [...byText.values()];
}

export async function sendRequest(
  replay: Replay,
  judge: Judge | undefined,
  recording: Recording,
  provider: Dialect,
  name: string,
): Promise<SentRequest> {
  const { dialect, id, request } = recording;
  if (!request) throw new Error(`The recording ${id} has no request`);
  const model = modelFor(id, "any", name);
  const named = `${providerOf[provider]}/${model}`;
  const path = clientPath(dialect, named, request.stream);
  const response = await replay.gateway.post(path, withModel(dialect, request, named), betaOf(request));
  const answer = await response.text();
  const upstream = replay.server.seen(model);
  if (!response.ok || !upstream)
    return { id, refused: reasonOf(answer, model), dropped: [], problems: [], changed: false };
  const body = Buffer.from(upstream.body).toString();
  return {
    id,
    dropped: (response.headers.get("x-headgate-dropped") ?? "").split(/,\s*/).filter((field) => field !== ""),
    problems: (await judge?.problems(upstream.path, body, upstream.headers)) ?? [],
    changed:
      dialect === provider &&
      (withoutUsage(body, request) !== withModel(dialect, request, model) || !sameBeta(upstream, request)),
  };
}

/** The client's own text with another model name, where the path does not say it. */
function withModel(dialect: Dialect, { text, json }: RecordedRequest, model: string): string {
  if (dialect === "gemini" || dialect.startsWith("bedrock")) return text;
  const named = text.replace(
    new RegExp(`("model"\\s*:\\s*)${escapeRegExp(JSON.stringify(json.model))}`),
    (_all, key) => `${key}${JSON.stringify(model)}`,
  );
  const expected = { ...json, model };
  if (!Bun.deepEquals(parseJson(named), expected)) throw new Error(`Cannot rename the model in ${text.slice(0, 80)}`);
  return named;
}

/** Takes out the usage that the gateway asks for on a client's behalf; puts back what the client had asked. */
function withoutUsage(body: string, { text, json }: RecordedRequest): string {
  if (json.stream !== true) return body;
  const [own = ""] = /"stream_options"\s*:\s*\{[^}]*\}/.exec(text) ?? [];
  if (own === "") return body.replace(',"stream_options":{"include_usage":true}', "");
  const asked = isObject(json.stream_options) ? json.stream_options : {};
  return body.replace(/"stream_options"\s*:\s*\{[^}]*\}/, (found) => {
    const options = parseJson(`{${found}}`);
    return Bun.deepEquals(options, { stream_options: { ...asked, include_usage: true } }) ? own : found;
  });
}

function betaOf({ beta }: RecordedRequest): { readonly [name: string]: string } {
  return { "anthropic-version": "2023-06-01", ...(beta === undefined ? {} : { "anthropic-beta": beta }) };
}

function sameBeta(upstream: HttpRequest, { beta }: RecordedRequest): boolean {
  return upstream.headers["anthropic-beta"] === beta;
}

function reasonOf(answer: string, model: string): string {
  const json = parseJson(answer);
  const error = (isObject(json) && objectOf(json, "error")) || {};
  return (stringOf(error, "message") ?? answer).replace(model, "MODEL");
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
