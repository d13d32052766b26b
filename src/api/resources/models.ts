import * as z from "zod";
import { withPriceOverrides } from "#core/price-override";
import type { ModelFacts } from "#core/snapshot";
import { modelCapabilities } from "#core/snapshot";
import type { JsonObject } from "#lib/json";
import type { SnapshotContent } from "#snapshot/compile";
import type { Configuration } from "#snapshot/configuration";
import { listAnswer, pageFields, pageOf } from "../paging";
import { parseInput } from "../parse-input";
import type { ApiRoute } from "../route";
import { showPrices } from "./model-prices";

export type ModelParts = {
  readonly configuration: Configuration;
  /** What is publicly known of a provider's models. */
  readonly catalog: { readonly list: (provider: string) => readonly ModelFacts[] };
  readonly nowMs: () => number;
};

const modelQuery = z.strictObject({
  ...pageFields,
  provider: z.string().min(1).exactOptional().meta({ description: "Only what this provider serves." }),
  capability: z.enum(modelCapabilities).exactOptional().meta({ description: "Only models that can do this." }),
  search: z.string().min(1).max(200).exactOptional().meta({ description: "Only names that hold this text." }),
});

type ModelQuery = z.output<typeof modelQuery>;

export function modelRoutes({ configuration, catalog, nowMs }: ModelParts): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      path: "/api/models",
      summary: "List the models that can be asked for: aliases, then what each provider serves, with its prices",
      access: "admin",
      query: modelQuery,
      handle: async ({ query }) => {
        const wanted = parseInput(modelQuery, query, "query");
        const content = configuration.content();
        const models = [...aliases(content, wanted), ...served(content, catalog, wanted)];
        const { page, next } = pageOf(models, ({ id }) => id, wanted);
        return listAnswer(
          page.map(({ show }) => show(nowMs())),
          next,
        );
      },
    },
  ];
}

/** Shown only when it stands on the page that was asked for. */
type Listed = { readonly id: string; readonly show: (nowMs: number) => JsonObject };

function aliases({ routes }: SnapshotContent, { provider, capability, search = "" }: ModelQuery): readonly Listed[] {
  if (provider !== undefined || capability !== undefined) return [];
  return [...routes.values()]
    .filter(({ alias }) => alias.includes(search))
    .map(({ alias, targets }) => ({
      id: alias,
      show: () => ({ id: alias, targets: targets.map(({ model }) => model) }),
    }));
}

function served(content: SnapshotContent, catalog: ModelParts["catalog"], wanted: ModelQuery): readonly Listed[] {
  const { provider: providerId, capability, search = "" } = wanted;
  const providers = content.providers.filter(({ id }) => providerId === undefined || id === providerId);
  return providers.flatMap((provider) => {
    const configured = new Set(provider.models.map(({ id }) => id));
    const facts = new Map(catalog.list(provider.id).map((model) => [model.id, model]));
    for (const model of provider.models) facts.set(model.id, { ...facts.get(model.id), ...model });
    return [...facts.values()]
      .filter((model) => capability === undefined || (model.capabilities ?? []).includes(capability))
      .filter((model) => `${provider.id}/${model.id}`.includes(search))
      .map((model) => ({
        id: `${provider.id}/${model.id}`,
        show: (nowMs: number) => {
          const own = configured.has(model.id) && provider.models.some(({ id, prices }) => id === model.id && prices);
          const prices = own ? model.prices : withPriceOverrides(provider.id, model.id, model.prices, content.prices);
          return showModel(provider.id, { ...model, ...(prices === undefined ? {} : { prices }) }, nowMs);
        },
      }));
  });
}

function showModel(provider: string, model: ModelFacts, nowMs: number): JsonObject {
  const { id, mode, releasedOn, capabilities, contextTokens, maxOutputTokens, prices = [] } = model;
  return {
    id: `${provider}/${id}`,
    provider,
    ...(mode === undefined ? {} : { mode }),
    ...(releasedOn === undefined ? {} : { released_on: releasedOn }),
    ...(capabilities === undefined ? {} : { capabilities: [...capabilities] }),
    ...showPrices(prices, nowMs),
    ...(contextTokens === undefined ? {} : { context: contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { max_output: maxOutputTokens }),
  };
}
