import * as z from "zod";
import { compileModelPattern } from "#core/model-names";
import type { Provider } from "#core/snapshot";
import { compileGlob, matchesAny } from "#lib/glob";
import { listModels as listNames } from "#routing/list-models";
import { queryOf } from "../input";
import { pageFrom, pageQuery, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { words } from "../view-fields";
import { listModels } from "./model-list";
import { modelView, showModel } from "./model-view";
import { findHolder } from "./own-key-view";

type Services = Pick<ApiServices, "store" | "configuration" | "definitions" | "catalog" | "nowMs">;

const ownModelView = modelView
  .pick({ mode: true, capabilities: true, price: true, context: true, max_output: true })
  .extend({
    id: z.string().meta({ description: "The name to ask for." }),
    owned_by: z.string().meta({ description: "The provider, or `headgate` for an alias." }),
    targets: words.exactOptional().meta({ description: "Of an alias: what may serve it." }),
  })
  .meta({ id: "OwnModel", description: "A model that a virtual key may ask for, with its price." });

/** Leaves out all other fields. */
const shown = z.object(ownModelView.shape).omit({ id: true, owned_by: true, targets: true });

export function ownModelRoutes(services: Services): readonly ApiRoute[] {
  const { configuration, definitions, catalog, nowMs } = services;
  return [
    route({
      method: "GET",
      path: "/api/me/models",
      summary: "List to the holder of a virtual key the models that it may ask for, with prices",
      access: "virtual-key",
      input: queryOf(pageQuery),
      response: ok(pageView(ownModelView)),
      handle: async ({ query, ...asked }) => {
        const { key } = await findHolder(asked, "usage", services);
        const content = configuration.content();
        const configured = await configuration.entries("providers");
        const known = new Map(
          listModels({ content, configured, definitions, catalog }).map((model) => [
            `${model.provider}/${model.facts.id}`,
            model,
          ]),
        );
        const [names, blocked] = [key.models.map(compileGlob), key.blocked.map(compileModelPattern)];
        const allowed = {
          name: (name: string) => matchesAny(names, name),
          target: ({ model, provider }: { model: string; provider: Pick<Provider, "id" | "makersNaming"> }) =>
            !blocked.some((blocks) => blocks(provider, model)),
        };
        return pageFrom(
          listNames(content, catalog, allowed, nowMs()),
          query,
          ({ id }) => id,
          ({ id, ownedBy }) => {
            const model = known.get(id) ?? known.get(`${ownedBy}/${id}`);
            const targets = content.routes.get(id)?.targets.map((target) => target.model);
            return {
              ...(model !== undefined && shown.parse(showModel(model, nowMs()))),
              id,
              owned_by: ownedBy,
              ...(targets !== undefined && { targets }),
            };
          },
        );
      },
    }),
  ];
}
