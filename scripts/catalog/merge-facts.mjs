// What a model is and can do, of several tables. Limits are bounds that budgets rely on: of two opinions the larger counts.

const limits = ["contextTokens", "maxOutputTokens"];

/** `opinions`: facts of the tables, the one whose abilities are believed first; some may be undefined. */
export function mergeFacts(name, opinions, report) {
  const known = opinions.filter((each) => each !== undefined);
  const [first] = known;
  const facts = { ...first };
  for (const limit of limits) {
    const values = [...new Set(known.flatMap((each) => each[limit] ?? []))];
    if (values.length === 0) continue;
    facts[limit] = Math.max(...values);
    if (values.length > 1) report(`${name}: ${limit} ${values.join(", ")}; the largest counts`);
  }
  // No answer is longer than what the model can hold.
  if (facts.maxOutputTokens > facts.contextTokens) facts.maxOutputTokens = facts.contextTokens;
  const unknown = facts.mode === "chat" ? limits.filter((limit) => facts[limit] === undefined) : [];
  const { contextTokens, maxOutputTokens, mode, releasedOn, capabilities } = facts;
  return {
    ...(contextTokens !== undefined && { contextTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(unknown.length > 0 && { unknown }),
    mode,
    ...(releasedOn !== undefined && { releasedOn }),
    ...(capabilities !== undefined && { capabilities }),
  };
}

/**
 * The name under which its maker lists a model that others serve: `openai/gpt-4o` of OpenRouter, `us.anthropic.claude-…-v1:0`
 * of Bedrock. Only makers that let nobody change their models: an open one may be served with other limits.
 */
export function makersName(provider, id) {
  if (provider === "azure" && /^(gpt|o\d|codex)/.test(id)) return ["openai", id];
  if (provider === "vertex") return [id.startsWith("claude") ? "anthropic" : "gemini", id.replace(/@.*$/, "")];
  const bedrock = /(?:^|\.)anthropic\.(claude-[a-z0-9-]+?)(?:-\d{8})?(?:-v\d.*)?$/.exec(id);
  if (provider === "bedrock" && bedrock !== null) return ["anthropic", bedrock[1]];
  const routed = /^~?(openai|anthropic|google|x-ai|perplexity)\/(?!gpt-oss|gemma)([^:]+)/.exec(id);
  if (provider !== "openrouter" || routed === null) return undefined;
  const name = routed[1] === "anthropic" ? routed[2].replaceAll(".", "-") : routed[2];
  return [routed[1] === "x-ai" ? "xai" : routed[1], name];
}
