import type { CompletionRequest } from "#core/completion";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { findDialect, findOperation } from "#dialects/find-dialect";
import { arrayOf, isObject, type JsonObject, stringOf } from "#lib/json";
import { targetTraits } from "#traits/target-traits";
import { askProvider, type TrialParts } from "./ask-provider";

/** The shortest question. Some models refuse to be allowed fewer tokens. */
const question: Omit<CompletionRequest, "model"> = {
  stream: false,
  streamUsage: false,
  messages: [{ role: "user", content: [{ type: "text", text: "Answer with the word: ok" }] }],
  tools: [],
  maxOutputTokens: 16,
  stop: [],
  n: 1,
  extensions: {},
};

/** Has the target's model say a word. Rejects as `askProvider` does. */
export async function askForWord(
  parts: TrialParts,
  target: Target,
): Promise<{ readonly status: number; readonly usage?: Usage }> {
  const { dialect, model } = target;
  const codec = findOperation(findDialect(parts.dialects, dialect.name), "completion").translation?.codec;
  const path = dialect.paths.completion?.whole;
  if (codec === undefined || path === undefined) throw new Error(`cannot be asked for completions in ${dialect.name}`);
  const request = codec.encodeRequest({ ...question, model }, { model, traits: targetTraits(target, "translated") });
  const { status, json } = await askProvider(parts, target, {
    ...request,
    path: path.replace("{model}", encodeURIComponent(model)),
  });
  const { usage } = codec.decodeResponse(json);
  return { status, ...(usage !== undefined && { usage }) };
}

/** Has the target's model turn a word into a vector. Rejects as `askProvider` does. */
export async function askForVector(parts: TrialParts, target: Target): Promise<{ readonly status: number }> {
  const { dialect, model } = target;
  const vectors = findOperation(findDialect(parts.dialects, dialect.name), "embeddings").embedding;
  const path = dialect.paths.embeddings?.whole;
  if (path === undefined || vectors === undefined) throw new Error(`cannot be asked for embeddings in ${dialect.name}`);
  const asked = { model, inputs: ["ok"], encoding: "float", unknown: [] } as const;
  const request = vectors.encodeRequest(asked, { model, traits: targetTraits(target, "translated") });
  const { json, status } = await askProvider(parts, target, {
    ...request,
    path: path.replace("{model}", encodeURIComponent(model)),
  });
  vectors.decodeResponse(json);
  return { status };
}

/** The first model that the provider lists. Rejects as `askProvider` does. */
export async function firstListedModel(parts: TrialParts, target: Target): Promise<string> {
  const [first] = await listedModels(parts, target);
  if (first === undefined) throw new Error("lists no model: name one that it serves");
  return first;
}

/**
 * The models that the provider lists, as OpenAI and Anthropic list theirs, or as Google and Cohere do, of whose lists a first page
 * is a part. Rejects as `askProvider` does.
 */
export async function listedModels(parts: TrialParts, target: Target): Promise<readonly string[]> {
  const { dialect, provider } = target;
  const { pathPrefix } = findDialect(parts.dialects, dialect.name);
  const path = dialect.paths.models?.whole ?? `${pathPrefix(provider.baseUrl)}/models`;
  const models: string[] = [];
  let next: string | undefined = "";
  for (let page = 0; next !== undefined && page < mostPages; page += 1) {
    const { json } = await askProvider(parts, target, { path: path + next });
    models.push(...modelsOf(json));
    next = nextPage(json);
  }
  return models;
}

/** Of twenty models each, or of fifty: no list is longer. */
const mostPages = 50;

function modelsOf(json: JsonObject): readonly string[] {
  return [
    ...arrayOf(json, "data").flatMap((model) => (isObject(model) ? (stringOf(model, "id") ?? []) : [])),
    ...arrayOf(json, "models").flatMap((model) =>
      isObject(model) ? (stringOf(model, "name")?.replace(/^models\//, "") ?? []) : [],
    ),
  ];
}

/**
 * What asks for the page behind this one: https://ai.google.dev/api/models, https://docs.cohere.com/reference/list-models,
 * https://platform.claude.com/docs/en/api/models-list
 */
function nextPage(json: JsonObject): string | undefined {
  const cursors = [
    ["pageToken", stringOf(json, "nextPageToken")],
    ["page_token", stringOf(json, "next_page_token")],
    ["after_id", json.has_more === true ? stringOf(json, "last_id") : undefined],
  ] as const;
  for (const [name, cursor] of cursors)
    if (cursor !== undefined && cursor !== "") return `?${new URLSearchParams({ [name]: cursor })}`;
  return undefined;
}
