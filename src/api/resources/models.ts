import { ControlError } from "#core/control-error";
import type { SnapshotContent } from "#core/snapshot";
import { noInput, queryOf } from "../input";
import { pageFrom, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { modelChangeRoutes, splitId } from "./model-changes";
import { type ListedModel, listModels } from "./model-list";
import { hasWords, inOrder, type ModelQuery, modelQuery, passesQuery } from "./model-query";
import { type ModelView, modelView, showModel } from "./model-view";

type Services = Pick<ApiServices, "store" | "configuration" | "definitions" | "nowMs"> & {
  readonly catalog: Pick<ApiServices["catalog"], "list">;
};

export function modelRoutes(services: Services): readonly ApiRoute[] {
  const { configuration, nowMs } = services;
  return [
    route({
      method: "GET",
      path: "/api/models",
      summary: "List the models that can be asked for: aliases, then what each provider serves, with its prices",
      permission: "models:view",
      input: queryOf(modelQuery),
      response: ok(pageView(modelView)),
      handle: async ({ query }) => {
        const passing = (await allModels(services)).filter((model) => passesQuery(model, query, nowMs()));
        const served = inOrder(passing, query.order, nowMs()).map((model) => ({
          id: `${model.provider}/${model.facts.id}`,
          show: () => showModel(model, nowMs(), configuration.placeOf("providers", model.provider)),
        }));
        const listed: readonly Listed[] = [...aliases(configuration.content(), query), ...served];
        return pageFrom(
          listed,
          query,
          ({ id }) => id,
          ({ show }) => show(),
        );
      },
    }),
    route({
      method: "GET",
      path: "/api/models/{id}",
      summary: "Show a model; its id, provider/model, goes into the path percent-encoded",
      permission: "models:view",
      input: noInput,
      response: ok(modelView),
      handle: ({ params }) => {
        const { provider, model } = splitId(params.id);
        return showOne(services, provider, model);
      },
    }),
    ...modelChangeRoutes(services, (provider, model) => showOne(services, provider, model)),
  ];
}

/** Shown only when it is on the page that was asked for. */
type Listed = { readonly id: string; readonly show: () => ModelView };

/** They have none of what else is filtered by. */
function aliases({ routes }: SnapshotContent, { q = "", search = "", limit, after, catalog, ...others }: ModelQuery) {
  if (Object.keys(others).length > 0) return [];
  return [...routes.values()]
    .filter(({ alias }) => alias.includes(search) && hasWords(alias, q))
    .map(({ alias, targets }) => ({
      id: alias,
      show: () => ({ id: alias, targets: targets.map(({ model }) => model) }),
    }));
}

/** Of providers that are switched on, and of those that could be. */
export async function allModels({
  configuration,
  definitions,
  catalog,
}: Pick<Services, "configuration" | "definitions" | "catalog">): Promise<readonly ListedModel[]> {
  const configured = await configuration.entries("providers");
  return listModels({ content: configuration.content(), configured, definitions, catalog });
}

async function showOne(services: Services, provider: string, model: string): Promise<ModelView> {
  const found = (await allModels(services)).find((one) => one.provider === provider && one.facts.id === model);
  const place = services.configuration.placeOf("providers", provider);
  if (found !== undefined) return showModel(found, services.nowMs(), place);
  throw new ControlError(
    "not_found",
    `Cannot find the model: neither catalog nor configuration knows "${provider}/${model}"`,
  );
}
