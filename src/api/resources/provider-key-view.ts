import * as z from "zod";
import type { ConfiguredProviderKey } from "#config/configured";
import { versionOf } from "../entry-version";
import { version, words } from "../view-fields";

export const providerKeyView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    reference: z.string().exactOptional().meta({ description: "Where the secret is: `env:NAME` or `file:PATH`." }),
    weight: z.number(),
    models: words.exactOptional().meta({ description: "Glob patterns of the models it may be used for." }),
    usable: z.boolean().meta({ description: "Whether its secret was found." }),
    version,
  })
  .meta({ id: "ProviderKey", description: "A provider key without its secret." });

export type ProviderKeyView = z.output<typeof providerKeyView>;

/** What may be seen of a provider key: never its secret. */
export function showProviderKey(key: ConfiguredProviderKey): ProviderKeyView {
  const { id, name, reference, secret, weight, models } = key;
  return {
    id,
    name,
    ...(reference !== undefined && { reference }),
    weight,
    ...(models !== undefined && { models }),
    usable: secret !== undefined,
    version: versionOf(versionedKey(key)),
  };
}

/** What a key's version is of: never its secret. */
export function versionedKey({
  name,
  reference,
  weight,
  models,
}: Pick<ConfiguredProviderKey, "name" | "reference" | "weight" | "models">): object {
  return { name, reference, weight, models };
}
