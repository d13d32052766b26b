import * as z from "zod";
import { changeNote } from "#audit/change-note";
import { type ModelConfig, modelSchema } from "#config/provider-schema";
import { ControlError } from "#core/control-error";
import type { Changed } from "#snapshot/configuration";
import { bodyOf, deletion, patchOf } from "../input";
import { created, noContent, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { type ModelView, modelView } from "./model-view";
import { findStoredProvider } from "./providers";

type Services = Pick<ApiServices, "store" | "configuration" | "definitions">;

const { id: modelId, ...ownFields } = modelSchema.shape;

const ownSchema = z.strictObject(ownFields).meta({ description: "What holds of a model in place of the catalog." });

const newModelSchema = z
  .strictObject({
    provider: z.string().min(1).meta({ description: "Id of a provider that is switched on." }),
    id: modelId,
    ...ownFields,
  })
  .meta({ description: "A model that the catalog does not know, or knows differently." });

type Own = z.output<typeof ownSchema>;

/** Changes of what configuration says of models, which is a part of their providers. */
export function modelChangeRoutes(
  services: Services,
  show: (provider: string, model: string) => Promise<ModelView>,
): readonly ApiRoute[] {
  const { configuration } = services;
  return [
    route({
      method: "POST",
      path: "/api/models",
      summary: "Add a model to a provider by hand",
      permission: "models:edit",
      input: bodyOf(newModelSchema),
      response: created(modelView),
      handle: async ({ body: { provider, id, ...own }, origin }) => {
        await configuration.change(origin, () =>
          changeModel(services, provider, id, "create", (before) => {
            if (before === undefined) return own;
            throw new ControlError("conflict", `Cannot add the model "${provider}/${id}": it is there, change it`);
          }),
        );
        return show(provider, id);
      },
    }),
    route({
      method: "PATCH",
      path: "/api/models/{id}",
      summary:
        "Say what holds of a model in place of the catalog; null goes back. Its id, provider/model, goes into the path percent-encoded",
      permission: "models:edit",
      input: patchOf(ownSchema),
      response: ok(modelView),
      handle: async ({ params, patch, origin }) => {
        const { provider, model } = splitId(params.id);
        await show(provider, model);
        await configuration.change(origin, () =>
          changeModel(services, provider, model, "update", (before = {}) => patch.applyTo(before)),
        );
        return show(provider, model);
      },
    }),
    route({
      method: "DELETE",
      path: "/api/models/{id}",
      summary: "Forget what configuration says of a model: one that was added by hand is gone",
      permission: "models:edit",
      input: deletion,
      response: noContent,
      handle: async ({ params, origin, assertUnchanged }) => {
        const { provider, model } = splitId(params.id);
        await configuration.change(origin, () =>
          changeModel(services, provider, model, "delete", (before) => {
            assertUnchanged(before ?? {});
            if (before !== undefined) return undefined;
            throw new ControlError(
              "not_found",
              `Cannot forget the model "${params.id}": configuration says nothing of it`,
            );
          }),
        );
      },
    }),
  ];
}

export function splitId(id: string): { readonly provider: string; readonly model: string } {
  const slash = id.indexOf("/");
  if (slash > 0 && slash < id.length - 1) return { provider: id.slice(0, slash), model: id.slice(slash + 1) };
  throw new ControlError("not_found", `Cannot find the model: its id is provider/model, found "${id}"`);
}

async function changeModel(
  { store, configuration }: Services,
  providerId: string,
  model: string,
  verb: "create" | "update" | "delete",
  changed: (before: Own | undefined) => Own | undefined,
): Promise<Changed<undefined>> {
  const { config } = await findStoredProvider(providerId, configuration);
  const { models = [], ...rest } = config;
  const found = models.find(({ id }) => id === model);
  const before = found === undefined ? undefined : withoutId(found);
  const after = changed(before);
  const kept = models.map((entry) => (entry === found && after !== undefined ? { id: model, ...after } : entry));
  const all = after === undefined ? models.filter((entry) => entry !== found) : kept;
  const next = found === undefined && after !== undefined ? [...all, { id: model, ...after }] : all;
  await store.providers.put(providerId, { ...rest, ...(next.length > 0 && { models: next }) });
  const resource = { type: "model", id: `${providerId}/${model}` };
  return { result: undefined, changed: "providers", event: changeNote(resource, verb, before ?? {}, after ?? {}) };
}

function withoutId({ id: _, ...own }: ModelConfig): Own {
  return own;
}
