import type { CompletionRequest } from "#core/completion";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { findDialect, findOperation } from "#dialects/find-dialect";
import { arrayOf, isObject, stringOf } from "#lib/json";
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

/** The models that the provider lists, as OpenAI and Anthropic list theirs, or as Google does. Rejects as `askProvider` does. */
export async function listedModels(parts: TrialParts, target: Target): Promise<readonly string[]> {
  const { pathPrefix } = findDialect(parts.dialects, target.dialect.name);
  const path = `${pathPrefix(target.provider.baseUrl)}/models`;
  const { json } = await askProvider(parts, target, { path });
  return [
    ...arrayOf(json, "data").flatMap((model) => (isObject(model) ? (stringOf(model, "id") ?? []) : [])),
    ...arrayOf(json, "models").flatMap((model) =>
      isObject(model) ? (stringOf(model, "name")?.replace(/^models\//, "") ?? []) : [],
    ),
  ];
}
