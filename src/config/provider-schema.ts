import * as z from "zod";
import { dialectNames, dialects } from "#dialects/registry";
import { classifyAddress, isAllowedAddress } from "#lib/ip-address";
import { namesOf } from "#lib/names-of";
import { authSchemes } from "#providers/auth/schemes";
import { quirks } from "#traits/quirks";
import { credentialsFieldSchema } from "./credentials-schema";
import { priceSchema } from "./price-schema";
import { defaultRetries, defaultTimeouts } from "./provider-defaults";
import { globs, milliseconds, name } from "./schema-fields";
import { traitsSchema } from "./traits-schema";

const ofClient =
  "`client`: the credential that the client sends beside its virtual key (`x-headgate-key`), as Claude Code does with a subscription; it goes to the provider's own address alone and is not kept.";

const providerKeyFields = {
  name: name.meta({ description: "What the key is called in records and logs; unique within its provider." }),
  value: z
    .string()
    .min(1)
    .exactOptional()
    .meta({ description: `The secret: a literal, \`env:NAME\` or \`file:PATH\`. ${ofClient}` }),
  credentials: credentialsFieldSchema.exactOptional().meta({
    description:
      "In the place of `value`: what tokens are fetched with, or requests signed. An object, or its JSON as `env:NAME` or `file:PATH`.",
  }),
  weight: z.number().min(0).max(1_000_000).exactOptional().meta({
    description: "Share of the requests among the provider's keys; 0 takes it out.",
    default: 1,
  }),
  models: globs.exactOptional().meta({ description: "Glob patterns of the models it may be used for; default: all." }),
};

export const providerKeySchema = z
  .strictObject(providerKeyFields)
  .check(checkSecret)
  .meta({ description: "A provider's secret." });

/** In the configuration file, where a written one may leave its secret blank. */
export const fileProviderKeySchema = z
  .strictObject({
    ...providerKeyFields,
    value: z
      .string()
      .exactOptional()
      .meta({
        description: `The secret: a literal, \`env:NAME\` or \`file:PATH\`. ${ofClient} Blank: the key is not used until it has one.`,
      }),
  })
  .check(checkSecret)
  .meta({ description: "A provider's secret." });

export const modelSchema = z
  .strictObject({
    id: z.string().min(1).max(300).meta({ description: "The model's name at the provider." }),
    price: priceSchema.exactOptional(),
    context: z.int().min(1).exactOptional().meta({ description: "Context window in tokens." }),
    max_output: z.int().min(1).exactOptional().meta({ description: "The most tokens of one answer." }),
    traits: traitsSchema.exactOptional(),
  })
  .meta({ description: "A model that the catalog does not know, or knows differently." });

const timeoutsSchema = z
  .strictObject({
    connect_ms: milliseconds
      .exactOptional()
      .meta({ description: "Until the connection stands.", default: defaultTimeouts.connectMs }),
    headers_ms: milliseconds
      .exactOptional()
      .meta({ description: "Until the answer's headers.", default: defaultTimeouts.headersMs }),
    first_token_ms: milliseconds.exactOptional().meta({
      description:
        "Until the first token of a stream. By default `patient_ms` where no other target is left to ask, and longer for a target that was found to be slow.",
      default: defaultTimeouts.firstTokenMs,
    }),
    patient_ms: milliseconds.exactOptional().meta({
      description:
        "In place of `first_token_ms` once the provider shows that it works (a comment, a ping, an event without text), from the start where the request makes the model reason (by default `total_ms` then), and until the first byte of a whole answer. Also the longest time between two tokens while only such signs come.",
      default: defaultTimeouts.patientFirstTokenMs,
    }),
    idle_ms: milliseconds.exactOptional().meta({
      description: "In silence between two tokens of a stream, or two pieces of a whole answer.",
      default: defaultTimeouts.idleMs,
    }),
    total_ms: milliseconds
      .exactOptional()
      .meta({ description: "For the whole attempt.", default: defaultTimeouts.totalMs }),
  })
  .meta({ description: "Timers of an attempt." });

const retriesSchema = z
  .strictObject({
    max: z.int().min(0).max(10).exactOptional().meta({
      description: "Further attempts at the same target.",
      default: defaultRetries.max,
    }),
    backoff_initial_ms: milliseconds.exactOptional().meta({
      description: "Wait before the first retry; doubles with each.",
      default: defaultRetries.backoffInitialMs,
    }),
    backoff_max_ms: milliseconds.exactOptional().meta({
      description: "The longest wait between two attempts.",
      default: defaultRetries.backoffMaxMs,
    }),
  })
  .meta({ description: "Retries at the same target, before the first byte." });

const dialect = z.enum(dialectNames);

const quirkNames = namesOf(quirks);

const upstreamPath = z.string().regex(/^\/[^\s#]*$/, { message: "must be a path that starts with /" });

const dialectEntrySchema = z
  .strictObject({
    name: dialect.meta({ description: "The wire format." }),
    path: upstreamPath.exactOptional().meta({
      description:
        "Where its completions are, appended to the base URL; may hold a query, and `{model}` for the model's name. Its other operations are looked for beside it.",
    }),
    paths: z.record(z.string(), upstreamPath).exactOptional().meta({
      description:
        "Where single operations are, such as `embeddings`, where that is not beside `path`; `models` says where it lists its models.",
    }),
    lacks: z.array(z.string()).exactOptional().meta({
      description:
        "Operations that it does not have: it is not asked for them, and legacy completions (`text-completion`) are asked as a chat.",
    }),
    models: globs.exactOptional().meta({ description: "Glob patterns of the models served this way; default: all." }),
  })
  .check(checkOperations);

export const providerIdSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
  message: "must be lower-case letters, digits, dots, hyphens and underscores",
});

const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, { message: "must be printable ASCII" });

const providerFields = {
  name: name.exactOptional().meta({ description: "What it is called in the dashboard." }),
  dialect: dialect
    .exactOptional()
    .meta({ description: "The wire format it speaks; needed for a provider of your own." }),
  dialects: z
    .array(z.union([dialect, dialectEntrySchema]))
    .min(1)
    .exactOptional()
    .meta({ description: "Several wire formats, by name or with path and models." }),
  base_url: z
    .string()
    .max(2000)
    .exactOptional()
    .meta({ description: "Where it lives, e.g. `https://api.openai.com/v1`." }),
  auth: z.enum(namesOf(authSchemes)).exactOptional().meta({ description: "How its key is sent." }),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/, { message: "must be a header name" }), headerValue)
    .exactOptional()
    .meta({ description: "Constant request headers." }),
  quirks: z
    .array(z.enum(quirkNames))
    .exactOptional()
    .meta({ description: `Names for some traits together. It ${describeQuirks()}.` }),
  traits: traitsSchema.exactOptional(),
  allow_private_network: z.boolean().exactOptional().meta({
    description: "Allows private addresses. Loopback is always allowed, link-local and metadata addresses never.",
    default: false,
  }),
  timeouts: timeoutsSchema.exactOptional(),
  retries: retriesSchema.exactOptional(),
  models: z.array(modelSchema).exactOptional().meta({ description: "Models it serves, with price and limits." }),
};

/** A provider without its keys, as the admin API takes it. */
export const providerSchema = z
  .strictObject(providerFields)
  .check(checkBaseUrl)
  .meta({ description: "A provider: one that Headgate knows by its id, or one of your own." });

/** What the admin API takes to add a provider. */
export const newProviderSchema = z
  .strictObject({
    id: providerIdSchema.meta({
      description: "A provider that Headgate knows, such as `openai`, or a name of your own.",
    }),
    ...providerFields,
  })
  .check(checkBaseUrl)
  .meta({ description: "A provider: one that Headgate knows by its id, or one of your own." });

export const providerWithKeysSchema = z
  .strictObject({
    ...providerFields,
    keys: z.array(fileProviderKeySchema).exactOptional().meta({ description: "Its secrets, used by weight." }),
  })
  .check(checkBaseUrl)
  .meta({ description: "A provider: one that Headgate knows by its id, or one of your own." });

export type ProviderConfig = z.infer<typeof providerSchema>;
export type ProviderKeyConfig = z.infer<typeof providerKeySchema>;
export type ModelConfig = z.infer<typeof modelSchema>;

function describeQuirks(): string {
  return quirkNames.map((quirk) => `${quirks[quirk].description} (\`${quirk}\`)`).join("; ");
}

/** It has one kind of secret. */
function checkSecret(context: z.core.ParsePayload<{ value?: string; credentials?: unknown }>): void {
  const { credentials, value } = context.value;
  if ((value === undefined) !== (credentials === undefined)) return;
  const [path, message] =
    value === undefined
      ? ["value", "is missing: a key has a value or credentials"]
      : ["credentials", "stands beside value: keep one of them"];
  context.issues.push({ code: "custom", message, input: context.value, path: [path] });
}

/** An operation that the dialect does not have would never be asked for. */
function checkOperations(
  context: z.core.ParsePayload<{
    name: string;
    paths?: { readonly [operation: string]: string };
    lacks?: readonly string[];
  }>,
): void {
  const { name, paths = {}, lacks = [] } = context.value;
  const known = Object.keys(dialects[name]?.operations ?? {});
  const message = `is no operation of ${name}: it has ${known.join(", ")}`;
  const check = (operation: string, path: (string | number)[]) => {
    if (!known.includes(operation)) context.issues.push({ code: "custom", message, input: operation, path });
  };
  for (const operation of Object.keys(paths)) if (operation !== "models") check(operation, ["paths", operation]);
  for (const [index, operation] of lacks.entries()) check(operation, ["lacks", index]);
}

function checkBaseUrl(context: z.core.ParsePayload<{ base_url?: string; allow_private_network?: boolean }>): void {
  const { base_url: baseUrl, allow_private_network: allowPrivate } = context.value;
  const message = baseUrl === undefined ? undefined : baseUrlProblem(baseUrl, allowPrivate ?? false);
  if (message !== undefined) context.issues.push({ code: "custom", message, input: baseUrl, path: ["base_url"] });
}

function baseUrlProblem(text: string, allowPrivate: boolean): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return "must be a URL that starts with http:// or https://";
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password: use keys";
  if (url.search !== "" || url.hash !== "") return "must not hold a query or fragment";
  const addressClass = classifyAddress(url.hostname);
  if (isAllowedAddress(addressClass, allowPrivate)) return undefined;
  if (addressClass === "private") return "is on a private network: set allow_private_network: true if that is meant";
  return `is on a ${addressClass} address, which is never allowed`;
}
