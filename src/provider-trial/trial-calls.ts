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

/** The first model that the provider lists, as OpenAI and Anthropic list theirs. Rejects as `askProvider` does. */
export async function firstListedModel(parts: TrialParts, target: Target): Promise<string> {
  const { pathPrefix } = findDialect(parts.dialects, target.dialect.name);
  const path = `${pathPrefix(target.provider.baseUrl)}/models`;
  const { json } = await askProvider(parts, target, { path });
  const [first] = arrayOf(json, "data").flatMap((model) => (isObject(model) ? (stringOf(model, "id") ?? []) : []));
  if (first === undefined) throw new Error("lists no model: name one that it serves");
  return first;
}
