import * as z from "zod";
import { variablesOf } from "#config/environment";
import { variableNamed } from "#config/secrets";
import { baseUrlVariables, filledBaseUrl } from "#providers/base-url";
import type { ProviderDefinition } from "#providers/provider";
import { noInput } from "../input";
import { pageOf, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count, words } from "../view-fields";

type Services = Pick<ApiServices, "configuration" | "definitions" | "catalog" | "resolveSecret">;

const view = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    dialects: words.meta({ description: "Wire formats that it speaks." }),
    base_url: z
      .string()
      .meta({ description: "With `{NAME}` where it is another for everybody: then it has to be said." }),
    base_url_variables: words
      .exactOptional()
      .meta({ description: "Those that give what is missing in it, none of which is set." }),
    needs_key: z.boolean().meta({ description: "False for the demo and for servers on one's own machine." }),
    environment_variable: z.string().exactOptional().meta({ description: "That usually holds its key." }),
    environment_variable_set: z
      .boolean()
      .meta({ description: "Whether that is set here: then `env:NAME` is a key that can be saved." }),
    trial_model: z.string().exactOptional().meta({ description: "A small model that most keys may use." }),
    models: count.meta({ description: "How many of its models the catalog knows." }),
    configured: z.boolean().meta({ description: "Whether it is switched on already." }),
    keys: count.meta({ description: "How many keys it has, where it is." }),
  })
  .meta({ id: "KnownProvider", description: "A provider that can be switched on by its id." });

export function knownProviderRoutes({
  configuration,
  definitions,
  catalog,
  resolveSecret,
}: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/providers/known",
      summary: "List all providers that Headgate knows, switched on or not",
      permission: "providers:view",
      input: noInput,
      response: ok(pageView(view)),
      handle: async () => {
        const { providers } = configuration.content();
        const configured = await configuration.entries("providers");
        const show = (definition: ProviderDefinition): z.output<typeof view> => {
          const { id, trialModel } = definition;
          const variables = variablesOf(definition);
          const read = (name: string) => variableNamed(name, resolveSecret);
          const needed = filledBaseUrl(definition, read) === undefined ? baseUrlVariables(definition) : [];
          const set = variables.find((name) => resolveSecret(`env:${name}`).ok);
          const variable = set ?? variables[0];
          return {
            id,
            name: definition.name,
            dialects: definition.dialects.map((dialect) => (typeof dialect === "string" ? dialect : dialect.name)),
            base_url: filledBaseUrl(definition, read) ?? definition.baseUrl,
            ...(needed.length > 0 && { base_url_variables: needed }),
            needs_key: variable !== undefined,
            ...(variable !== undefined && { environment_variable: variable }),
            environment_variable_set: set !== undefined,
            ...(trialModel !== undefined && { trial_model: trialModel }),
            models: catalog.list(id).length + (definition.models?.length ?? 0),
            configured: providers.has(id),
            keys: configured.find((candidate) => candidate.id === id)?.keys.length ?? 0,
          };
        };
        return pageOf([...definitions.values()].map(show));
      },
    }),
  ];
}
