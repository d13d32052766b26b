import { compileGlob } from "#lib/glob";

/**
 * The names by which rules and budgets know a model at a provider, `provider/model` each: as it is served; the model that
 * it is a state or a spelling of; and the name of its maker where another one serves it. Whatever forbids or limits one of
 * them meets the model, so that no date, capital or detour leads around it.
 */
export function modelNames(provider: string, model: string): readonly string[] {
  const served = `${provider}/${model}`;
  const spelled = plainName(model);
  const names = new Set([served, `${provider}/${spelled}`, `${provider}/${withoutState(spelled)}`]);
  const made = makersName(provider, spelled);
  if (made !== undefined) {
    const [maker, name] = made;
    names.add(`${maker}/${name}`);
    names.add(`${maker}/${withoutState(name)}`);
  }
  return [...names];
}

/** Whether a glob over `provider/model` meets a model under any of its names. Capitals and blanks around it mean nothing. */
export function compileModelPattern(pattern: string): (provider: string, model: string) => boolean {
  const asWritten = compileGlob(pattern);
  const asMeant = compileGlob(plainName(pattern));
  return (provider, model) => modelNames(provider, model).some((name) => asWritten(name) || asMeant(name));
}

function plainName(name: string): string {
  return name.trim().toLowerCase();
}

/**
 * Takes off what tells the states of one model apart: `-2024-08-06`, `-20250929`, `@20250929`, `-0613`, `-001`, `-latest`,
 * and OpenRouter's variants of a route (https://openrouter.ai/docs/guides/routing/model-variants).
 */
function withoutState(name: string): string {
  return name
    .replace(/:(?:free|nitro|floor|online|exacto|extended|thinking|beta)$/, "")
    .replace(/-latest$|[-@](?:20\d{2}-\d{2}-\d{2}|20\d{6}|\d{3,4}|default)$/, "");
}

/** Makers by their names at OpenRouter (https://openrouter.ai/models), where they differ. */
const makers: ReadonlyMap<string, string> = new Map([
  ["x-ai", "xai"],
  ["mistralai", "mistral"],
  ["moonshotai", "moonshot"],
  ["qwen", "alibaba"],
  ["z-ai", "zai"],
]);

/** Who made a model that others serve, and its name there. */
function makersName(provider: string, name: string): readonly [maker: string, name: string] | undefined {
  switch (provider) {
    case "openrouter": {
      const [maker = "", ...rest] = name.replace(/^~/, "").split("/");
      if (rest.length === 0) return undefined;
      const known = makers.get(maker) ?? maker;
      return [known, spelledByMaker(known, rest.join("/"))];
    }
    case "bedrock": {
      // An inference profile: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`.
      const profile = /^(?:[a-z-]+\.)?([a-z0-9]+)\.([a-z].*?)(?:-v\d+(?::\d+)*)?$/.exec(name);
      return profile === null ? undefined : [profile[1] ?? "", profile[2] ?? ""];
    }
    case "vertex":
      if (name.startsWith("claude")) return ["anthropic", name];
      return name.startsWith("gemini") ? ["google", name] : undefined;
    default:
      return undefined;
  }
}

/** OpenRouter writes Claude's versions with a dot. */
function spelledByMaker(maker: string, name: string): string {
  return maker === "anthropic" ? name.replace(/(\d)\.(\d)/g, "$1-$2") : name;
}
