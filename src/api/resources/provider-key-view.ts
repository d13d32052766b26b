import * as z from "zod";
import type { ConfiguredProviderKey } from "#config/configured";
import type { Credentials } from "#config/credentials-schema";
import type { TokenState } from "#credentials/token-keeper";
import { versionOf } from "../entry-version";
import { showTime, time, version, words } from "../view-fields";

export const providerKeyView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    reference: z.string().exactOptional().meta({ description: "Where the secret is: `env:NAME` or `file:PATH`." }),
    weight: z.number(),
    models: words.exactOptional().meta({ description: "Glob patterns of the models it may be used for." }),
    credentials: z
      .string()
      .exactOptional()
      .meta({ description: "Of which kind, where tokens are fetched or requests signed." }),
    token: z
      .strictObject({
        expires_at: time.exactOptional(),
        refreshed_at: time.exactOptional(),
        problem: z.string().exactOptional().meta({ description: "Why the last try to get a new one failed." }),
      })
      .exactOptional()
      .meta({ description: "What is fetched with the credentials." }),
    usable: z.boolean().meta({ description: "Whether its secret was found." }),
    version,
  })
  .meta({ id: "ProviderKey", description: "A provider key without its secret." });

export type ProviderKeyView = z.output<typeof providerKeyView>;

/** What may be seen of a provider key: never its secret. */
export function showProviderKey(key: ConfiguredProviderKey, stateOf: (of: Credentials) => TokenState): ProviderKeyView {
  const { id, name, credentials, reference, secret, weight, models } = key;
  const token = credentials && stateOf(credentials);
  return {
    id,
    name,
    ...(reference !== undefined && { reference }),
    weight,
    ...(models !== undefined && { models }),
    ...(credentials !== undefined && { credentials: credentials.type }),
    ...(token !== undefined && { token: showToken(token) }),
    usable: secret !== undefined || token?.isThere === true,
    version: versionOf(versionedKey(key)),
  };
}

function showToken({ expiresAtMs, problem, refreshedAtMs }: TokenState): NonNullable<ProviderKeyView["token"]> {
  return {
    ...(expiresAtMs !== undefined && { expires_at: showTime(expiresAtMs) }),
    ...(refreshedAtMs !== undefined && { refreshed_at: showTime(refreshedAtMs) }),
    ...(problem !== undefined && { problem }),
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
