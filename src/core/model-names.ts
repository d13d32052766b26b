import { compileGlob } from "#lib/glob";
import { makersIds } from "./makers";
import type { MakersNaming, Provider } from "./snapshot";

/**
 * The names by which rules and budgets know a model at a provider, `provider/model` each: as it is served; the model that
 * it is a state or a spelling of; and the name of its maker where another one serves it. Whatever forbids or limits one of
 * them meets the model, so that no date, capital or detour leads around it.
 */
export function modelNames({ id, makersNaming }: NamingProvider, model: string): readonly string[] {
  const spelled = plainName(model);
  const names = new Set([`${id}/${model}`, `${id}/${spelled}`, `${id}/${withoutState(spelled)}`]);
  const made = makersNaming === undefined ? undefined : makersName(makersNaming, spelled);
  if (made !== undefined) {
    const [maker, name] = made;
    for (const each of spellingsOf(maker)) {
      names.add(`${each}/${name}`);
      names.add(`${each}/${withoutState(name)}`);
    }
  }
  return [...names];
}

/** The one name that stands for all of them: of the maker where that is known, without what tells states and spellings apart. */
export function canonicalName({ id, makersNaming }: NamingProvider, model: string): string {
  const spelled = plainName(model);
  const made = makersNaming === undefined ? undefined : makersName(makersNaming, spelled);
  if (made === undefined) return `${id}/${withoutState(spelled)}`;
  const [maker, name] = made;
  return `${makersIds.get(maker) ?? maker}/${withoutState(name)}`;
}

type NamingProvider = Pick<Provider, "id" | "makersNaming">;

/** Whether a glob over `provider/model` meets a model under any of its names. Capitals and blanks around it mean nothing. */
export function compileModelPattern(pattern: string): (provider: NamingProvider, model: string) => boolean {
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

/** Who made a model that others serve, and its name there. */
function makersName(naming: MakersNaming, name: string): readonly [maker: string, name: string] | undefined {
  if (naming === "path") {
    const slash = name.indexOf("/");
    return slash <= 0 ? undefined : [name.slice(0, slash).replace(/^~/, ""), spelledByMaker(name.slice(slash + 1))];
  }
  // An inference profile, by its id or its ARN: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`,
  // https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html.
  const profile = /^(?:arn:.*\/)?(?:[a-z-]+\.)?([a-z0-9]+)\.([a-z].*?)(?:-v\d+(?::\d+)*)?$/.exec(name);
  return profile === null ? undefined : [profile[1] ?? "", profile[2] ?? ""];
}

/** A maker is `x-ai` to one and `xai` to another, `mistralai` or `mistral`. */
function spellingsOf(maker: string): readonly string[] {
  return [maker, maker.replaceAll("-", ""), maker.replace(/ai$/, ""), makersIds.get(maker) ?? maker];
}

/** Versions of Claude are written with a dot by those who serve them. */
function spelledByMaker(name: string): string {
  return name.startsWith("claude") ? name.replace(/(\d)\.(\d)/g, "$1-$2") : name;
}
