import type { RouteConfig } from "#config/schema";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import {
  countIn,
  type Definitions,
  type Draft,
  type DraftProvider,
  leftIn,
  placedAt,
  providerNamed,
  referenceIn,
  timeIn,
  withKey,
} from "./foreign-words";

type Target = { readonly model: string; readonly weight: number | undefined };

/** The alias that clients ask for in the place of a config's id. */
const alias = "default";
const readOfTargets = ["provider", "api_key", "custom_host", "override_params", "weight"];

/** A config of Portkey as a route: https://portkey.ai/docs/api-reference/inference-api/config-object. */
export function fromPortkey(file: JsonObject, definitions: Definitions): Draft {
  const providers: Record<string, DraftProvider> = {};
  const left = leftIn(file, "", ["strategy", "targets", "retry", "request_timeout"]).slice();
  const targets = arrayOf(file, "targets").flatMap((entry, index): readonly Target[] => {
    const target = isObject(entry) ? place(entry, providers, definitions) : undefined;
    if (target === undefined || !isObject(entry)) left.push(`targets[${index}]`);
    else left.push(...leftIn(entry, `targets[${index}]`, readOfTargets));
    return target === undefined ? [] : [target];
  });
  const max = countIn(objectOf(file, "retry") ?? {}, ["attempts"], 10);
  const total = timeIn(file, ["request_timeout"], 1);
  const patience = {
    ...(max !== undefined && { retries: { max } }),
    ...(total !== undefined && { timeouts: { total_ms: total } }),
  };
  const routes = routesOf(targets, stringOf(objectOf(file, "strategy") ?? {}, "mode"));
  return {
    config: {
      providers: Object.fromEntries(
        Object.entries(providers).map(([id, provider]) => [id, { ...provider, ...patience }]),
      ),
      ...(routes.length > 0 && { routes }),
    },
    left,
  };
}

function routesOf(targets: readonly Target[], mode: string | undefined): RouteConfig[] {
  const [first, ...others] = targets;
  if (first === undefined) return [];
  if (mode === "fallback")
    return [{ alias, targets: [{ model: first.model }], fallbacks: others.map(({ model }) => model) }];
  return [
    {
      alias,
      targets: targets.map(({ model, weight }) => ({ model, ...(weight !== undefined && weight >= 0 && { weight }) })),
    },
  ];
}

/** Adds the provider of a target. Undefined where it names no model or a provider that is not known; others are nested. */
function place(
  entry: JsonObject,
  providers: Record<string, DraftProvider>,
  definitions: Definitions,
): Target | undefined {
  const model = stringOf(objectOf(entry, "override_params") ?? {}, "model");
  const name = providerNamed(stringOf(entry, "provider") ?? "", definitions);
  const baseUrl = stringOf(entry, "custom_host");
  const found = placedAt(providers, name, baseUrl, definitions);
  if (model === undefined || found === undefined) return undefined;
  const { id, provider } = found;
  providers[id] = withKey(provider, { value: referenceIn(entry.api_key) });
  return { model: `${id}/${model}`, weight: numberOf(entry, "weight") };
}
