import * as z from "zod";
import type { ConfiguredProvider } from "#config/configured";
import type { Credentials } from "#config/credentials-schema";
import type { FilePlace } from "#config/file-places";
import { providerSchema } from "#config/provider-schema";
import type { TokenState } from "#credentials/token-keeper";
import type { ProviderDefinition } from "#providers/provider";
import { compileProvider } from "#snapshot/compile";
import { mainPath } from "#snapshot/compile-dialects";
import { count, list, milliseconds, showSource, sourceFields, warningsField, words } from "../view-fields";
import { providerKeyView, showProviderKey } from "./provider-key-view";

const { headers: _, ...configured } = providerSchema.shape;

/** Headers may carry secrets of an operator's own proxy: only their names are shown. */
export const providerView = z
  .strictObject({
    id: z.string(),
    ...configured,
    name: z.string(),
    base_url: z.string(),
    auth: z.string().meta({ description: "How its key is sent." }),
    dialects: list(z.strictObject({ name: z.string(), path: z.string(), models: words.exactOptional() })),
    header_names: words.exactOptional().meta({ description: "Of its constant request headers." }),
    timeouts: z.strictObject({
      connect_ms: milliseconds,
      headers_ms: milliseconds,
      first_token_ms: milliseconds,
      patient_ms: milliseconds,
      idle_ms: milliseconds,
      total_ms: milliseconds,
    }),
    retries: z.strictObject({ max: count, backoff_initial_ms: milliseconds, backoff_max_ms: milliseconds }),
    keys: list(providerKeyView),
    warnings: warningsField,
    ...sourceFields,
  })
  .meta({ id: "Provider", description: "A provider with what holds where its configuration says nothing." });

export type ProviderView = z.output<typeof providerView>;

export function showProvider(
  provider: ConfiguredProvider,
  definition: ProviderDefinition | undefined,
  place: FilePlace | undefined,
  stateOf: (of: Credentials) => TokenState,
): ProviderView {
  const { id, source, config, keys } = provider;
  const { baseUrl, dialects, auth, timeouts, retries } = compileProvider(provider, definition);
  const { headers, ...shown } = config;
  return {
    id,
    ...shown,
    name: config.name ?? definition?.name ?? id,
    base_url: baseUrl,
    auth,
    dialects: dialects.map((dialect) => ({
      name: dialect.name,
      path: mainPath(dialect),
      ...(dialect.models !== undefined && { models: dialect.models }),
    })),
    ...(headers !== undefined && { header_names: Object.keys(headers) }),
    timeouts: {
      connect_ms: timeouts.connectMs,
      headers_ms: timeouts.headersMs,
      first_token_ms: timeouts.firstTokenMs,
      patient_ms: timeouts.patientFirstTokenMs ?? timeouts.firstTokenMs,
      idle_ms: timeouts.idleMs,
      total_ms: timeouts.totalMs,
    },
    retries: { max: retries.max, backoff_initial_ms: retries.backoffInitialMs, backoff_max_ms: retries.backoffMaxMs },
    keys: keys.map((key) => showProviderKey(key, stateOf)),
    ...showSource(source, config, place),
  };
}
