import { formatDollars } from "#core/money";
import type { ModelFacts } from "#core/snapshot";
import type { JsonObject } from "#lib/json";
import type { AdminRoute } from "./admin-route";
import type { Configuration } from "./configuration";
import { listAnswer, pageOf, pageQuery } from "./paging";
import { parseInput } from "./refusal";

export type ModelParts = {
  readonly configuration: Configuration;
  /** What is publicly known of a provider's models. */
  readonly catalog: { readonly list: (provider: string) => readonly ModelFacts[] };
};

export function modelRoutes({ configuration, catalog }: ModelParts): readonly AdminRoute[] {
  const models = (): readonly JsonObject[] => {
    const { routes, providers } = configuration.content();
    const aliases = [...routes.values()].map(({ alias, targets }) => ({
      id: alias,
      targets: targets.map(({ model }) => model),
    }));
    const served = providers.flatMap((provider) => {
      const facts = new Map([...catalog.list(provider.id), ...provider.models].map((model) => [model.id, model]));
      return [...facts.values()].map((model) => showModel(provider.id, model));
    });
    return [...aliases, ...served];
  };
  return [
    {
      method: "GET",
      path: "/api/models",
      summary: "List the models that can be asked for: aliases, then what each provider serves",
      access: "admin",
      query: pageQuery,
      handle: async ({ query }) => {
        const { page, next } = pageOf(models(), ({ id }) => String(id), parseInput(pageQuery, query, "query"));
        return listAnswer(page, next);
      },
    },
  ];
}

function showModel(provider: string, { id, price, contextTokens, maxOutputTokens }: ModelFacts): JsonObject {
  return {
    id: `${provider}/${id}`,
    provider,
    ...(price === undefined ? {} : { price: { input: dollars(price.input), output: dollars(price.output) } }),
    ...(contextTokens === undefined ? {} : { context: contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { max_output: maxOutputTokens }),
  };
}

/** Micro-dollars per million tokens as dollars per million tokens. */
function dollars(microDollars: number): string {
  return formatDollars(microDollars * 1000);
}
