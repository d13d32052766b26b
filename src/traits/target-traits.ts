import type { Target } from "#core/target";
import { providerAt } from "./provider-at";
import { isQuirkName, quirks } from "./quirks";
import { readTraits } from "./read-traits";
import { traitsOf, type Way } from "./resolve";
import type { Traits } from "./vocabulary";

/** What is known of a target by the table, the catalog and the operator. To be asked once for a target. */
export function targetTraits({ dialect, facts, model, provider }: Target, way: Way): Traits {
  const { capabilities, traits: ofModel } = facts ?? {};
  const ofProvider = provider.quirks.filter(isQuirkName).map((name): Traits => quirks[name].traits);
  const maxOutput = provider.models.get(model)?.maxOutputTokens;
  const configured = maxOutput === undefined ? undefined : { max_output: maxOutput };
  const overrides = [configured, provider.traits, ofModel].filter((values) => values !== undefined).map(readTraits);
  return traitsOf(
    {
      provider: providerAt(provider.baseUrl) ?? provider.id,
      dialect: dialect.name,
      model,
      neverReasons: capabilities !== undefined && !capabilities.includes("reasoning"),
      overrides: [...ofProvider, ...overrides],
    },
    way,
  );
}
