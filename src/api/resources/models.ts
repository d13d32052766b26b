import * as z from "zod";
import { withPriceOverrides } from "#core/price-override";
import type { SnapshotContent } from "#core/snapshot";
import { type ModelFacts, modelCapabilities, modelModes } from "#core/snapshot";
import { queryOf } from "../input";
import { pageFields, pageFrom, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count, list, words } from "../view-fields";
import { pricesView, showPrices } from "./price-view";

type Services = Pick<ApiServices, "configuration" | "nowMs"> & {
  readonly catalog: Pick<ApiServices["catalog"], "list">;
};

const modelQuery = z.strictObject({
  ...pageFields,
  provider: z.string().min(1).exactOptional().meta({ description: "Only what this provider serves." }),
  capability: z.enum(modelCapabilities).exactOptional().meta({ description: "Only models that can do this." }),
  search: z.string().min(1).max(200).exactOptional().meta({ description: "Only names that hold this text." }),
});

type ModelQuery = z.output<typeof modelQuery>;

const view = z
  .strictObject({
    id: z.string().meta({ description: "`provider/model`, or an alias." }),
    targets: words.exactOptional().meta({ description: "Of an alias, and nothing else is there then." }),
    provider: z.string().exactOptional(),
    mode: z.enum(modelModes).exactOptional(),
    released_on: z.string().exactOptional().meta({ description: "Day, month or year." }),
    capabilities: list(z.enum(modelCapabilities)).exactOptional().meta({ description: "Absent where unknown." }),
    ...pricesView,
    context: count.exactOptional().meta({ description: "Context window in tokens." }),
    max_output: count.exactOptional().meta({ description: "The most tokens of one answer." }),
  })
  .meta({ id: "Model" });

type ModelView = z.output<typeof view>;

export function modelRoutes({ configuration, catalog, nowMs }: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/models",
      summary: "List the models that can be asked for: aliases, then what each provider serves, with its prices",
      permission: "models:view",
      input: queryOf(modelQuery),
      response: ok(pageView(view)),
      handle: async ({ query }) => {
        const content = configuration.content();
        const models = [...aliases(content, query), ...served(content, catalog, query)];
        return pageFrom(
          models,
          query,
          ({ id }) => id,
          ({ show }) => show(nowMs()),
        );
      },
    }),
  ];
}

/** Shown only when it is on the page that was asked for. */
type Listed = { readonly id: string; readonly show: (nowMs: number) => ModelView };

function aliases({ routes }: SnapshotContent, { provider, capability, search = "" }: ModelQuery): readonly Listed[] {
  if (provider !== undefined || capability !== undefined) return [];
  return [...routes.values()]
    .filter(({ alias }) => alias.includes(search))
    .map(({ alias, targets }) => ({
      id: alias,
      show: () => ({ id: alias, targets: targets.map(({ model }) => model) }),
    }));
}

function served(
  content: SnapshotContent,
  catalog: Services["catalog"],
  { provider: providerId, capability, search = "" }: ModelQuery,
): readonly Listed[] {
  const providers = [...content.providers.values()].filter(({ id }) => providerId === undefined || id === providerId);
  return providers.flatMap((provider) => {
    const facts = new Map(catalog.list(provider.id).map((model) => [model.id, model]));
    for (const model of provider.models.values()) facts.set(model.id, { ...facts.get(model.id), ...model });
    return [...facts.values()]
      .filter((model) => capability === undefined || (model.capabilities ?? []).includes(capability))
      .filter((model) => `${provider.id}/${model.id}`.includes(search))
      .map((model) => ({
        id: `${provider.id}/${model.id}`,
        show: (nowMs: number) => {
          const own = provider.models.get(model.id)?.prices;
          const prices = own ?? withPriceOverrides(provider.id, model.id, model.prices, content.prices);
          return showModel(provider.id, { ...model, ...(prices !== undefined && { prices }) }, nowMs);
        },
      }));
  });
}

function showModel(provider: string, model: ModelFacts, nowMs: number): ModelView {
  const { id, mode, releasedOn, capabilities, contextTokens, maxOutputTokens, prices = [] } = model;
  return {
    id: `${provider}/${id}`,
    provider,
    ...(mode !== undefined && { mode }),
    ...(releasedOn !== undefined && { released_on: releasedOn }),
    ...(capabilities !== undefined && { capabilities }),
    ...showPrices(prices, nowMs),
    ...(contextTokens !== undefined && { context: contextTokens }),
    ...(maxOutputTokens !== undefined && { max_output: maxOutputTokens }),
  };
}
