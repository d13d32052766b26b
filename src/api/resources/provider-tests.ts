import * as z from "zod";
import type { ConfiguredProvider, ConfiguredProviderKey } from "#config/configured";
import { resolveCredentials } from "#config/credentials";
import type { Credentials, CredentialsField } from "#config/credentials-schema";
import { withBaseUrl } from "#config/environment";
import { newProviderSchema, providerKeySchema } from "#config/provider-schema";
import { clientReference, variableNamed } from "#config/secrets";
import { ControlError } from "#core/control-error";
import type { Provider, ProviderKey } from "#core/snapshot";
import { explainIssue } from "#credentials/explain-issue";
import { compileGlob } from "#lib/glob";
import { trialOutcomes } from "#provider-trial/explain-failure";
import type { TrialResult } from "#provider-trial/provider-trial";
import { compileProvider } from "#snapshot/compile";
import { bodyOf } from "../input";
import { invalidFields } from "../parse-input";
import { ok } from "../response";
import { type ApiRequest, type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { list, milliseconds } from "../view-fields";
import { showUsage, usageView } from "./attempt-view";
import { findProvider, refuseProviderProblem } from "./providers";

type Services = Pick<
  ApiServices,
  "configuration" | "definitions" | "catalog" | "resolveSecret" | "issueToken" | "tryProvider" | "audit"
>;

const value = providerKeySchema.shape.value.meta({ description: "A key that is not saved: a literal or `env:NAME`." });
const credentials = providerKeySchema.shape.credentials.meta({
  description: "Credentials that are not saved, in the place of `value`: a token is fetched with them first.",
});
const model = z.string().min(1).max(300).exactOptional().meta({
  description: "What is asked for; left out: a small one of the provider, or the first that it lists.",
});

const savedSchema = z.strictObject({
  key: z.string().min(1).exactOptional().meta({ description: "Id or name of the key to test; left out: each." }),
  value,
  credentials,
  model,
});

const unsavedSchema = newProviderSchema
  .safeExtend({ value, credentials, model })
  .meta({ description: "A provider as it would be added, with the key that it would have." });

const resultView = z
  .strictObject({
    key: z.string().meta({ description: "Name of the provider key; `new` for one that is not saved." }),
    ok: z.boolean(),
    outcome: z.enum([...trialOutcomes, "secret_missing", "token_refused"]),
    message: z.string().meta({ description: "What happened, and what to look at where it failed." }),
    model: z.string().exactOptional(),
    status: z.int().exactOptional().meta({ description: "The provider's, where one came." }),
    duration_ms: milliseconds,
    usage: usageView.exactOptional(),
  })
  .meta({ id: "ProviderTestResult" });

const view = z
  .strictObject({
    ok: z.boolean().meta({ description: "Whether every call was answered." }),
    results: list(resultView),
  })
  .meta({ id: "ProviderTest", description: "What came of a real call with each key." });

type ResultView = z.output<typeof resultView>;

/** Keys of one provider that are tested together. */
const maxKeys = 16;

export function providerTestRoutes(services: Services): readonly ApiRoute[] {
  return [
    route({
      method: "POST",
      path: "/api/providers/test",
      summary: "Make a real call to a provider that is not saved, with a body like that which adds it",
      permission: "providers:edit",
      input: bodyOf(unsavedSchema),
      response: ok(view),
      handle: async ({ body: { value: secret, credentials: given, model: asked, ...fields }, origin }) => {
        const { id, ...written } = fields;
        const read = (name: string) => variableNamed(name, services.resolveSecret);
        const config = withBaseUrl(written, services.definitions.get(id), read);
        refuseProviderProblem(config, services.definitions.get(id));
        const keys = unsavedKeys(secret, given, services);
        return testKeys({ id, source: "store", config, keys }, asked, services, origin);
      },
    }),
    route({
      method: "POST",
      path: "/api/providers/{id}/test",
      summary: "Make a real call to a provider with one of its keys, with each, or with one that is not saved",
      permission: "providers:edit",
      input: bodyOf(savedSchema),
      response: ok(view),
      handle: async ({ params, body: { key, value: secret, credentials: given, model: asked }, origin }) => {
        const provider = await findProvider(params.id, services.configuration);
        const unsaved = unsavedKeys(secret, given, services);
        const keys = unsaved.length === 0 ? chosenKeys(provider, key) : unsaved;
        return testKeys({ ...provider, keys }, asked, services, origin);
      },
    }),
  ];
}

function unsavedKeys(
  secret: string | undefined,
  given: CredentialsField | undefined,
  services: Services,
): readonly ConfiguredProviderKey[] {
  if (given === undefined) return secret === undefined ? [] : [unsavedKey(secret, services)];
  const message = "stands beside value: keep one of them";
  if (secret !== undefined) throw invalidFields([{ path: ["credentials"], message }], "body");
  const resolved = resolveCredentials(given, services.resolveSecret, { mayReadFiles: false });
  if (!resolved.ok) throw invalidFields([{ path: ["credentials"], message: resolved.message }], "body");
  return [{ id: "new", name: "new", credentials: resolved.credentials, weight: 1 }];
}

function unsavedKey(text: string, { resolveSecret }: Services): ConfiguredProviderKey {
  if (text === clientReference) throw invalidFields([{ path: ["value"], message: notOurs }], "body");
  const resolved = resolveSecret(text);
  if (!resolved.ok) throw invalidFields([{ path: ["value"], message: resolved.message }], "body");
  return { id: "new", name: "new", secret: resolved.secret, weight: 1 };
}

/** Why there is nothing to try of a key that stands for the client's own credential. */
const notOurs = "stands for what each client sends: there is nothing of ours to try";

function chosenKeys({ id, keys }: ConfiguredProvider, idOrName: string | undefined): readonly ConfiguredProviderKey[] {
  const ours = keys.filter(({ reference }) => reference !== clientReference);
  if (idOrName === undefined && (ours.length > 0 || keys.length === 0)) return ours;
  const key = keys.find((candidate) => candidate.id === idOrName || candidate.name === idOrName);
  if (idOrName === undefined || key?.reference === clientReference)
    throw new ControlError("conflict", `Cannot test the key of "${id}": it ${notOurs}`);
  if (key !== undefined) return [key];
  throw new ControlError(
    "not_found",
    `Cannot find the provider key: "${id}" has none with the id or name "${idOrName}"`,
  );
}

async function testKeys(
  configured: ConfiguredProvider,
  asked: string | undefined,
  services: Services,
  origin: ApiRequest<string, object, void>["origin"],
): Promise<z.output<typeof view>> {
  const { id, keys } = configured;
  const provider = compileProvider(configured, services.definitions.get(id));
  if (keys.length === 0 && provider.auth !== "none")
    throw new ControlError("conflict", `Cannot test the provider "${id}": it has no key, add one or send "value"`);
  if (keys.length > maxKeys)
    throw new ControlError("invalid", `Cannot test more than ${maxKeys} keys at once: say which one as "key"`);
  const tried = provider.auth === "none" ? [noKey] : keys;
  const results = await Promise.all(tried.map((key) => testKey(provider, key, asked, services)));
  const changes = { results: results.map(({ key, outcome }) => ({ key, outcome })), base_url: provider.baseUrl };
  await services.audit.note(origin, { action: "provider.test", resource: { type: "provider", id }, changes });
  return { ok: results.every((result) => result.ok), results };
}

const noKey: ProviderKey = { id: "none", name: "none", secret: "", weight: 1 };

async function testKey(
  provider: Provider,
  configured: ConfiguredProviderKey,
  asked: string | undefined,
  services: Services,
): Promise<ResultView> {
  const { secret, credentials, reference = "", ...key } = configured;
  if (credentials !== undefined) return testCredentials(provider, { ...key, credentials }, asked, services);
  if (secret === undefined) {
    const message = `The secret of the key "${key.name}" is not there: ${reference} leads nowhere`;
    return { key: key.name, ok: false, outcome: "secret_missing", message, duration_ms: 0 };
  }
  return call(provider, { ...key, secret }, asked, services);
}

/** A token of their own is fetched with them: what is wrong with it is told apart from what the provider says. */
async function testCredentials(
  provider: Provider,
  { credentials, ...key }: Omit<ProviderKey, "secret"> & { readonly credentials: Credentials },
  asked: string | undefined,
  services: Services,
): Promise<ResultView> {
  const startedMs = performance.now();
  try {
    const { auth, secret } = await services.issueToken(credentials);
    return await call(provider, { ...key, auth, secret }, asked, services);
  } catch (error) {
    const message = `No token could be fetched with the credentials of the key "${key.name}": ${explainIssue(error, credentials)}`;
    const duration = Math.round(performance.now() - startedMs);
    return { key: key.name, ok: false, outcome: "token_refused", message, duration_ms: duration };
  }
}

/** One real call. */
async function call(
  provider: Provider,
  key: ProviderKey,
  asked: string | undefined,
  services: Services,
): Promise<ResultView> {
  const model = asked ?? trialModel(provider, key.models, services);
  const facts = model === undefined ? undefined : services.catalog.find(provider.id, model);
  const result = await services.tryProvider({
    provider,
    key,
    ...(model !== undefined && { model }),
    ...(facts !== undefined && { facts }),
  });
  return showResult(key.name, result);
}

/** Of what the key may be used for: the provider's small model, else one that is configured, else one of the catalog. */
function trialModel(
  { id, models }: Provider,
  globs: readonly string[] | undefined,
  { definitions, catalog }: Services,
): string | undefined {
  const known = [
    definitions.get(id)?.trialModel ?? [],
    ...models.keys(),
    ...catalog.list(id).flatMap((listed) => (listed.mode === "chat" ? listed.id : [])),
  ].flat();
  return known.find((name) => globs === undefined || globs.some((glob) => compileGlob(glob)(name)));
}

function showResult(
  key: string,
  { outcome, message, model: asked, status, durationMs, usage }: TrialResult,
): ResultView {
  return {
    key,
    ok: outcome === "ok",
    outcome,
    message,
    ...(asked !== undefined && { model: asked }),
    ...(status !== undefined && { status }),
    duration_ms: Math.round(durationMs),
    ...(usage !== undefined && { usage: showUsage(usage) }),
  };
}
