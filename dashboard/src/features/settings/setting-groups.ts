import type { Settings } from "#api/schema.gen";
import type { Option } from "#components/select";

export type Setting = {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** `origins`: a line each, of an object that holds them as `origins`. */
  readonly kind:
    | "choice"
    | "flag"
    | "bytes"
    | "ms"
    | "days"
    | "count"
    | "money"
    | "lines"
    | "origins"
    | "json"
    | "text"
    | "secret";
  readonly options?: readonly Option<string>[];
  /** Of values that mean something else than an amount. */
  readonly words?: { readonly [value: string]: string };
  readonly placeholder?: string;
};

export type SettingGroup = { readonly title: string; readonly note: string; readonly settings: readonly Setting[] };

/** By what they are about; those that this page knows nothing of come last, as JSON. */
export function settingGroups(settings: Settings | undefined): readonly SettingGroup[] {
  const known = new Set(["metrics_token_set", "read_only", "version", "defaults", "declared_at"]);
  for (const group of knownGroups) for (const { name } of group.settings) known.add(name);
  const names = Object.keys(settings ?? {}).filter((name) => !known.has(name));
  if (names.length === 0) return knownGroups;
  const others = names.map((name) => ({ name, label: wordsOf(name), help: "", kind: "json" as const }));
  return [...knownGroups, { title: "Others", note: "As in headgate.yaml, written as JSON", settings: others }];
}

function wordsOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const knownGroups: readonly SettingGroup[] = [
  {
    title: "Access",
    note: "Who may call, and where",
    settings: [
      {
        name: "auth",
        label: "Virtual keys",
        help: "Whether a request to a model needs a virtual key. The admin API always needs a sign-in.",
        kind: "choice",
        options: [
          { value: "required", label: "required" },
          { value: "optional", label: "optional", note: "anybody who reaches the port may ask models" },
        ],
      },
      {
        name: "public_url",
        label: "Public address",
        help: "Where users reach the gateway: the base of every address that it gives out. Without it the dashboard answers only to loopback names and IP addresses.",
        kind: "text",
        placeholder: "https://ai.example.com",
      },
      {
        name: "insecure_sessions",
        label: "Sign-in over plain HTTP",
        help: "Whether one may sign in from another machine without TLS.",
        kind: "flag",
      },
      {
        name: "cors",
        label: "Pages of other origins",
        help: "Origins whose pages may ask models from browsers, one a line. Whoever can read such a page can read the key in it.",
        kind: "origins",
        placeholder: "https://app.example.com",
      },
      {
        name: "trusted_proxies",
        label: "Trusted proxies",
        help: "Addresses or CIDR ranges whose X-Forwarded-For is believed, one a line.",
        kind: "lines",
        placeholder: "10.0.0.0/8",
      },
      {
        name: "metrics_token",
        label: "Token for metrics",
        help: "Opens /metrics and nothing else. At least 16 characters, or a reference such as env:METRICS_TOKEN.",
        kind: "secret",
      },
    ],
  },
  {
    title: "Log",
    note: "What is kept of requests",
    settings: [
      {
        name: "content_logging",
        label: "Content",
        help: "Whether the bodies of requests and answers are kept. A key, team or customer can ask for less.",
        kind: "choice",
        options: [
          { value: "full", label: "whole bodies" },
          { value: "metadata", label: "sizes and facts" },
          { value: "off", label: "nothing" },
        ],
      },
      {
        name: "retention_days",
        label: "Kept for",
        help: "Days that records and bodies are kept.",
        kind: "days",
      },
      {
        name: "durability",
        label: "Records survive",
        help: "What a record survives before its answer ends.",
        kind: "choice",
        options: [
          { value: "process", label: "a killed process" },
          { value: "disk", label: "a power cut", note: "each answer waits for the disk" },
        ],
      },
      {
        name: "on_journal_failure",
        label: "When the journal cannot be written",
        help: "What happens to new requests meanwhile, as when the disk is full.",
        kind: "choice",
        options: [
          { value: "refuse", label: "refuse new requests" },
          { value: "continue", label: "serve without a record" },
        ],
      },
    ],
  },
  {
    title: "Cost",
    note: "What budgets assume where nothing is known",
    settings: [
      {
        name: "require_price",
        label: "Only models with a price",
        help: "Refuses models whose price is unknown. Under a hard money budget they are refused anyway.",
        kind: "flag",
      },
      {
        name: "default_max_output_tokens",
        label: "Longest answer, tokens",
        help: "What a request could produce where neither it nor the model says. Budgets hold that much.",
        kind: "count",
      },
      {
        name: "default_context_tokens",
        label: "Longest input, tokens",
        help: "What a request could read where its input has an unknown length and the model's context is unknown.",
        kind: "count",
      },
      {
        name: "hosted_tool_ceiling_usd",
        label: "Most for hosted tools, USD",
        help: "What tools that the provider runs may cost in one request. Not set: refused under hard money budgets.",
        kind: "money",
      },
    ],
  },
  {
    title: "Routing and translation",
    note: "What is tried, and what is carried over",
    settings: [
      {
        name: "max_attempts",
        label: "Attempts",
        help: "Of one request, all targets together.",
        kind: "count",
      },
      {
        name: "attempt_deadline_ms",
        label: "Time for attempts, ms",
        help: "From the first attempt to the start of the last one's answer.",
        kind: "ms",
      },
      {
        name: "on_unsupported",
        label: "Fields that cannot be translated",
        help: "What happens to fields of a request that the target's wire format does not have.",
        kind: "choice",
        options: [
          { value: "drop", label: "leave them out" },
          { value: "refuse", label: "refuse the request" },
        ],
      },
      {
        name: "on_cut",
        label: "When a provider breaks off a stream",
        help: "How the stream ends for the caller. There is one way so far.",
        kind: "choice",
        options: [{ value: "error", label: "with an error" }],
      },
      {
        name: "stream_headers_after_ms",
        label: "Headers of a stream after, ms",
        help: "Though its first token has not come: 0 at once, -1 never. The caller gets keep-alives until it comes.",
        kind: "ms",
        words: { "0": "at once", "-1": "with the first token" },
      },
      {
        name: "keepalive_ms",
        label: "Keep-alives of a stream, ms",
        help: "How long a caller hears nothing of its stream before it gets one; 0 never.",
        kind: "ms",
        words: { "0": "never" },
      },
    ],
  },
  {
    title: "Load",
    note: "When requests wait, and when they are refused",
    settings: [
      {
        name: "max_running_requests",
        label: "Running requests",
        help: "Of one worker.",
        kind: "count",
      },
      {
        name: "max_queued_requests",
        label: "Waiting requests",
        help: "Of one worker, for a place; more are refused at once.",
        kind: "count",
      },
      {
        name: "queue_ms",
        label: "Longest wait, ms",
        help: "How long a request waits for a place before it is refused.",
        kind: "ms",
      },
      {
        name: "max_running_per_address",
        label: "Running requests of one address",
        help: "Of one worker; left out: as many as come.",
        kind: "count",
      },
      {
        name: "max_body_bytes",
        label: "Largest request, bytes",
        help: "Of one body, after decompression.",
        kind: "bytes",
      },
      {
        name: "max_buffered_bytes",
        label: "Memory for bodies, bytes",
        help: "Of all running requests together.",
        kind: "bytes",
      },
    ],
  },
];
