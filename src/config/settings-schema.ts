import * as z from "zod";
import { budgetDefaults } from "#core/budget-defaults";
import { abortPolicies, defaultDrainMs } from "#core/snapshot";
import { streamDefaults } from "#core/stream-defaults";
import { catalogSchema } from "./catalog-schema";
import { contentLogging, dollars, milliseconds, onTightBudget } from "./schema-fields";

/** What holds where neither the configuration file nor the store says otherwise. */
export const settingDefaults = {
  auth: "required",
  durability: "process",
  on_journal_failure: "refuse",
  on_unsupported: "drop",
  on_cut: "error",
  content_logging: "full",
  max_body_bytes: 33_554_432,
  max_buffered_bytes: 1_073_741_824,
  retention_days: 30,
  trusted_proxies: [],
  require_price: false,
  on_abort: "estimate",
  drain_ms: defaultDrainMs,
  default_max_output_tokens: 32_768,
  default_context_tokens: 1_000_000,
  on_tight_budget: budgetDefaults.onTight,
  min_capped_tokens: budgetDefaults.minCappedTokens,
  budget_wait_ms: budgetDefaults.waitMs,
  max_attempts: 6,
  attempt_deadline_ms: 120_000,
  max_running_requests: 4096,
  max_queued_requests: 256,
  queue_ms: 10,
  max_running_per_address: null,
  stream_headers_after_ms: streamDefaults.headersAfterMs,
  keepalive_ms: streamDefaults.keepAliveMs,
  public_url: null,
  insecure_sessions: false,
  cors: { origins: [] },
  materialise: {
    ...{ enabled: false, max_bytes: 10_485_760, max_total_bytes: 20_971_520, timeout_ms: 10_000 },
    ...{ allow_http: false, allow_private_network: false },
  },
  catalog: { url: null, sha256: null, public_key: null, every: null },
  allow_empty: false,
} as const;

const publicUrl = z
  .string()
  .refine((text) => originOf(text) !== undefined, {
    message: "must be an address such as https://ai.example.com, without path, query or password",
  })
  .transform((text) => originOf(text) ?? text)
  .pipe(z.string());

function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.host === "") return undefined;
  return text.replace(/\/$/, "").toLowerCase() === url.origin ? url.origin : undefined;
}

const cappedTokens = z.int().min(1).max(100_000_000);
const floors = budgetDefaults.minCappedTokens;

/** A scheme and a host, where `*` stands for any part; or `*` or `null` alone. */
const originPattern = /^(?:\*|null|[a-z][a-z0-9+.-]*:\/\/[a-z0-9.*:[\]_-]+)$/;

const corsSchema = z.strictObject({
  origins: z
    .array(
      z.string().max(300).regex(originPattern, {
        message: "must be an origin such as https://app.example.com, in lower case, without path",
      }),
    )
    .max(100)
    .meta({ description: "Such as `https://app.example.com` or `https://*.example.com`; `*` is all." }),
  headers: z
    .array(z.string().regex(/^[A-Za-z0-9-]+$/, { message: "must be a header name" }))
    .max(100)
    .exactOptional()
    .meta({ description: "The request headers that pages may send; default: those that they ask for." }),
});

const mediaDefaults = settingDefaults.materialise;
const mostMediaBytes = 104_857_600;

const materialiseSchema = z.strictObject({
  enabled: z.boolean().exactOptional().meta({
    description: "Whether images, documents, audio and video are fetched for providers that take no addresses.",
    default: mediaDefaults.enabled,
  }),
  max_bytes: z.int().min(1024).max(mostMediaBytes).exactOptional().meta({
    description: "The longest piece of media.",
    default: mediaDefaults.max_bytes,
  }),
  max_total_bytes: z.int().min(1024).max(mostMediaBytes).exactOptional().meta({
    description: "The most for all media of a request together.",
    default: mediaDefaults.max_total_bytes,
  }),
  timeout_ms: z.int().min(100).max(120_000).exactOptional().meta({
    description: "How long all of it may take.",
    default: mediaDefaults.timeout_ms,
  }),
  allow_http: z.boolean().exactOptional().meta({
    description: "Whether addresses without TLS are called too.",
    default: mediaDefaults.allow_http,
  }),
  allow_private_network: z.boolean().exactOptional().meta({
    description:
      "Whether this machine and private networks are called too. Every client can have them read then. Link-local addresses and services of metadata are never called.",
    default: mediaDefaults.allow_private_network,
  }),
});

export const settingsSchema = z
  .strictObject({
    auth: z.enum(["required", "optional"]).exactOptional().meta({
      description: "Whether inference needs a virtual key. Never opens `/api`.",
      default: settingDefaults.auth,
    }),
    durability: z.enum(["process", "disk"]).exactOptional().meta({
      description: "What a record survives before its answer ends: a killed process, or a power cut too.",
      default: settingDefaults.durability,
    }),
    on_journal_failure: z.enum(["refuse", "continue"]).exactOptional().meta({
      description: "What happens to new requests while the journal cannot be written.",
      default: settingDefaults.on_journal_failure,
    }),
    on_unsupported: z.enum(["drop", "refuse"]).exactOptional().meta({
      description: "What happens to request fields that a translation cannot carry.",
      default: settingDefaults.on_unsupported,
    }),
    on_cut: z.enum(["error"]).exactOptional().meta({
      description: "How a stream ends for the client when the provider breaks it off.",
      default: settingDefaults.on_cut,
    }),
    content_logging: contentLogging.exactOptional().meta({
      description: "Whether bodies are kept in the log: nothing, sizes and facts, or everything.",
      default: settingDefaults.content_logging,
    }),
    max_body_bytes: z.int().min(1024).max(1_073_741_824).exactOptional().meta({
      description: "The largest request body, after decompression.",
      default: settingDefaults.max_body_bytes,
    }),
    max_buffered_bytes: z.int().min(1_048_576).max(1_099_511_627_776).exactOptional().meta({
      description: "Memory for bodies of all running requests together.",
      default: settingDefaults.max_buffered_bytes,
    }),
    retention_days: z.int().min(1).max(36_500).exactOptional().meta({
      description: "Days that records and bodies are kept.",
      default: settingDefaults.retention_days,
    }),
    trusted_proxies: z
      .array(z.string().regex(/^[0-9A-Fa-f.:]+(\/\d{1,3})?$/, { message: "must be an address or a CIDR range" }))
      .exactOptional()
      .meta({
        description: "Addresses or CIDR ranges whose `x-forwarded-for` is believed.",
        default: settingDefaults.trusted_proxies,
      }),
    require_price: z.boolean().exactOptional().meta({
      description: "Refuses targets whose price is unknown. Under a hard money budget they are refused anyway.",
      default: settingDefaults.require_price,
    }),
    on_abort: z.enum(abortPolicies).exactOptional().meta({
      description:
        "What a request costs that its client left: an estimate by what was relayed and by the time that it took; all that was held; or what the provider says, which is read to its end for that (`drain_ms`, at most 64 requests of a worker, each keeps its place in `concurrent`).",
      default: settingDefaults.on_abort,
    }),
    drain_ms: z.int().min(0).max(3_600_000).exactOptional().meta({
      description:
        "With `on_abort: drain`: how long a provider is read on after its client left. Then the estimate counts.",
      default: settingDefaults.drain_ms,
    }),
    default_max_output_tokens: z.int().min(1).max(100_000_000).exactOptional().meta({
      description: "What a request could produce where neither it nor anybody else says: budgets hold that much.",
      default: settingDefaults.default_max_output_tokens,
    }),
    default_context_tokens: z.int().min(1).max(100_000_000).exactOptional().meta({
      description:
        "What a request could read where it refers to input of unknown length and the model's context is unknown.",
      default: settingDefaults.default_context_tokens,
    }),
    hosted_tool_ceiling_usd: dollars.exactOptional().meta({
      description:
        "The most that tools which the provider runs may cost in one request. Left out: refused under hard money budgets.",
    }),
    on_tight_budget: onTightBudget.exactOptional().meta({
      description:
        "What becomes of a request that does not fit a hard limit: its output is limited where the client named no limit (`cap`), or even then (`cap-any`), or it is refused.",
      default: settingDefaults.on_tight_budget,
    }),
    min_capped_tokens: z
      .strictObject({
        text: cappedTokens.exactOptional().meta({ description: "Of plain text.", default: floors.text }),
        tools: cappedTokens
          .exactOptional()
          .meta({ description: "With tools or a JSON schema.", default: floors.tools }),
        reasoning: cappedTokens
          .exactOptional()
          .meta({ description: "Of models that reason before they answer.", default: floors.reasoning }),
      })
      .exactOptional()
      .meta({
        description: "The least output that a budget limits a request to, in tokens; with less left it is refused.",
      }),
    budget_wait_ms: z.int().min(0).max(60_000).exactOptional().meta({
      description: "How long a request waits for what running requests hold of a budget, before it is refused.",
      default: settingDefaults.budget_wait_ms,
    }),
    max_attempts: z.int().min(1).max(20).exactOptional().meta({
      description: "Attempts of one request, all targets together.",
      default: settingDefaults.max_attempts,
    }),
    attempt_deadline_ms: milliseconds.exactOptional().meta({
      description: "From the first attempt to the start of the last one's answer.",
      default: settingDefaults.attempt_deadline_ms,
    }),
    max_running_requests: z.int().min(1).max(8192).exactOptional().meta({
      description: "Running requests of one worker.",
      default: settingDefaults.max_running_requests,
    }),
    max_queued_requests: z.int().min(0).max(65_536).exactOptional().meta({
      description: "Requests of one worker that may wait for a place; more are refused at once.",
      default: settingDefaults.max_queued_requests,
    }),
    queue_ms: z.int().min(0).max(60_000).exactOptional().meta({
      description: "How long a request waits for a place before it is refused.",
      default: settingDefaults.queue_ms,
    }),
    max_running_per_address: z.int().min(1).max(8192).nullable().exactOptional().meta({
      description:
        "Running requests of one worker from one address (of IPv6: one /64 network), as `trusted_proxies` say whose it is; more are refused with 429. `null`: as many as come.",
      default: settingDefaults.max_running_per_address,
    }),
    stream_headers_after_ms: z.int().min(-1).max(3_600_000).exactOptional().meta({
      description:
        "When the headers of a stream go out though its first token has not come: 0 at once, -1 never. Until the token comes the client gets keep-alives alone, so that another target can still answer; if none does, it gets an error event.",
      default: settingDefaults.stream_headers_after_ms,
    }),
    keepalive_ms: z.int().min(0).max(3_600_000).exactOptional().meta({
      description:
        "How long a client hears nothing of its stream before it gets a keep-alive: a comment, of Anthropic's dialect a `ping`. 0: never.",
      default: settingDefaults.keepalive_ms,
    }),
    public_url: publicUrl.nullable().exactOptional().meta({
      description:
        "Where users reach the gateway, such as `https://ai.example.com`: the base of every address that is given out. Without it the dashboard and `/api` answer only to loopback names and IP addresses.",
      default: settingDefaults.public_url,
    }),
    insecure_sessions: z.boolean().exactOptional().meta({
      description:
        "Whether one may sign in over plain HTTP from another machine. Whoever reads along on the way can act as the admin then.",
      default: settingDefaults.insecure_sessions,
    }),
    cors: corsSchema.exactOptional().meta({
      description:
        "Lets pages of other origins ask for inference from browsers. Whoever can read a page can read the key in it.",
      default: settingDefaults.cors,
    }),
    materialise: materialiseSchema.exactOptional().meta({
      description:
        "Fetches media that clients name by an address, for providers that take bytes alone. Off: it is dropped or refused by name.",
      default: settingDefaults.materialise,
    }),
    allow_empty: z.boolean().exactOptional().meta({
      description:
        "Whether a configuration file without providers, routes and virtual keys may replace one that has some. In the file alone.",
      default: settingDefaults.allow_empty,
    }),
    catalog: catalogSchema.exactOptional().meta({
      description:
        "Where prices and limits of models come from, in the place of the catalog that ships: fetched, checked and applied while the gateway runs.",
      default: settingDefaults.catalog,
    }),
    metrics_token: z.string().min(16).exactOptional().meta({
      description: "A token that opens `/metrics` and nothing else; a literal or a reference.",
    }),
  })
  .meta({ description: "Settings of the whole gateway. All optional." });

export type SettingsConfig = z.infer<typeof settingsSchema>;
