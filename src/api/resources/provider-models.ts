import * as z from "zod";
import type { ConfiguredProviderKey } from "#config/configured";
import { ControlError } from "#core/control-error";
import type { ProviderKey } from "#core/snapshot";
import { explainIssue } from "#credentials/explain-issue";
import { trialOutcomes } from "#provider-trial/explain-failure";
import { compileProvider } from "#snapshot/compile";
import { queryOf } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { list } from "../view-fields";
import { findProvider } from "./providers";

type Services = Pick<ApiServices, "configuration" | "definitions" | "catalog" | "issueToken" | "listProviderModels">;

const query = z.strictObject({
  key: z
    .string()
    .min(1)
    .exactOptional()
    .meta({ description: "Id or name of the key to ask with; left out: the first." }),
});

const view = z
  .strictObject({
    outcome: z.enum([...trialOutcomes, "secret_missing", "token_refused"]),
    message: z.string().meta({ description: "What came of it, and what to look at where it failed." }),
    models: list(
      z.strictObject({
        id: z.string(),
        known: z.boolean().meta({ description: "Whether the catalog or the configuration knows it." }),
      }),
    ),
  })
  .meta({ id: "ProviderModels", description: "What a provider itself lists, by a real call." });

export function providerModelRoutes(services: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/providers/{id}/models",
      summary: "Ask a provider which models it has for a key, by a real call",
      permission: "providers:edit",
      input: queryOf(query),
      response: ok(view),
      handle: async ({ params, query: { key: asked } }) => {
        const configured = await findProvider(params.id, services.configuration);
        const provider = compileProvider(configured, services.definitions.get(params.id));
        const sent = provider.auth === "none" ? noKey : await sentKey(configured.keys, asked, services);
        if ("outcome" in sent) return { ...sent, models: [] };
        const { models, ...came } = await services.listProviderModels({ provider, key: sent });
        const isKnown = (id: string) => provider.models.has(id) || services.catalog.find(provider.id, id) !== undefined;
        return { ...came, models: models.map((id) => ({ id, known: isKnown(id) })) };
      },
    }),
  ];
}

const noKey: ProviderKey = { id: "none", name: "none", secret: "", weight: 1 };

type Unsent = { readonly outcome: "secret_missing" | "token_refused"; readonly message: string };

/** A key as it is sent, with a token where it has credentials. */
async function sentKey(
  keys: readonly ConfiguredProviderKey[],
  asked: string | undefined,
  { issueToken }: Services,
): Promise<ProviderKey | Unsent> {
  const found = keys.find(({ id, name }) => asked === undefined || asked === id || asked === name);
  if (found === undefined) throw new ControlError("not_found", "Cannot list the models: the provider has no such key");
  const { credentials, reference: _, secret, ...key } = found;
  if (credentials === undefined) {
    if (secret !== undefined) return { ...key, secret };
    return { outcome: "secret_missing", message: `The secret of the key "${key.name}" is not there` };
  }
  try {
    const token = await issueToken(credentials);
    return { ...key, secret: token.secret, auth: token.auth };
  } catch (error) {
    return { outcome: "token_refused", message: `No token could be fetched: ${explainIssue(error, credentials)}` };
  }
}
