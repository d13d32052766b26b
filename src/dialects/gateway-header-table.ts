import type { GatewayMeaning } from "./gateway-ask";

/** How a header's text is understood. */
export type HeaderForm =
  | "text"
  /** Texts with commas between them. */
  | "list"
  /** A JSON object: `name:value` for each field, as tags; Portkey's `_user` is the user. */
  | "map"
  /** The end of the header's name and its text, as a tag. */
  | "named"
  | "number"
  /** Attempts, the first one among them. */
  | "attempts"
  | "seconds"
  | "milliseconds"
  /** Whether it is `true`. */
  | "flag"
  /** Whether it is `false`. */
  | "denial";

type Row = {
  /** In lower case; one that ends in a hyphen stands for all that begin so. */
  readonly names: readonly string[];
  readonly means: Exclude<GatewayMeaning, "fallbacks" | "no-fallbacks" | "nothing">;
  readonly as: HeaderForm;
  readonly source: string;
};

const litellm = "https://docs.litellm.ai/docs/proxy";
const bifrost = "https://docs.getbifrost.ai/providers/supported-headers";
const portkey = "https://portkey.ai/docs/api-reference/inference-api/headers";
const helicone = "https://docs.helicone.ai/helicone-headers/header-directory";
const cloudflare = "https://developers.cloudflare.com/ai-gateway/configuration/request-handling/";
const openWebUi = "https://docs.openwebui.com/getting-started/env-configuration";

/**
 * Headers by which clients of other gateways speak to these, as far as they mean something here. All others that begin like
 * one of them are left aside. None ever reaches a provider.
 */
export const headerRows: readonly Row[] = [
  { names: ["x-litellm-tags"], means: "tags", as: "list", source: `${litellm}/request_headers` },
  { names: ["x-litellm-spend-logs-metadata"], means: "tags", as: "map", source: `${litellm}/request_headers` },
  {
    names: ["x-litellm-customer-id", "x-litellm-end-user-id"],
    means: "user",
    as: "text",
    source: `${litellm}/customers`,
  },
  { names: ["x-litellm-session-id"], means: "session", as: "text", source: `${litellm}/ui_logs_sessions` },
  { names: ["x-litellm-trace-id"], means: "trace", as: "text", source: `${litellm}/ui_logs_sessions` },
  { names: ["x-litellm-num-retries"], means: "retries", as: "number", source: `${litellm}/request_headers` },
  { names: ["x-litellm-timeout"], means: "timeout", as: "seconds", source: `${litellm}/request_headers` },
  {
    names: ["x-litellm-stream-timeout"],
    means: "first-token-timeout",
    as: "seconds",
    source: `${litellm}/request_headers`,
  },
  { names: ["x-litellm-enable-message-redaction"], means: "no-log", as: "flag", source: `${litellm}/logging` },
  { names: ["langfuse_trace_id"], means: "trace", as: "text", source: `${litellm}/logging` },
  { names: ["langfuse_session_id"], means: "session", as: "text", source: `${litellm}/logging` },
  { names: ["langfuse_trace_user_id"], means: "user", as: "text", source: `${litellm}/logging` },
  { names: ["x-bf-session-id"], means: "session", as: "text", source: bifrost },
  { names: ["x-bf-maxim-trace-id"], means: "trace", as: "text", source: bifrost },
  { names: ["x-bf-dim-", "x-bf-prom-", "x-bf-lh-"], means: "tags", as: "named", source: bifrost },
  { names: ["x-bf-disable-content-logging"], means: "no-log", as: "flag", source: bifrost },
  { names: ["x-portkey-metadata"], means: "tags", as: "map", source: portkey },
  { names: ["x-portkey-trace-id"], means: "trace", as: "text", source: portkey },
  { names: ["x-portkey-retry-count"], means: "retries", as: "number", source: portkey },
  { names: ["x-portkey-request-timeout"], means: "timeout", as: "milliseconds", source: portkey },
  { names: ["x-portkey-debug"], means: "no-log", as: "denial", source: portkey },
  { names: ["helicone-user-id"], means: "user", as: "text", source: helicone },
  { names: ["helicone-session-id"], means: "session", as: "text", source: helicone },
  { names: ["helicone-property-"], means: "tags", as: "named", source: helicone },
  { names: ["helicone-retry-num"], means: "retries", as: "number", source: helicone },
  { names: ["helicone-omit-request", "helicone-omit-response"], means: "no-log", as: "flag", source: helicone },
  { names: ["cf-aig-metadata"], means: "tags", as: "map", source: cloudflare },
  { names: ["cf-aig-max-attempts"], means: "retries", as: "attempts", source: cloudflare },
  { names: ["cf-aig-request-timeout"], means: "timeout", as: "milliseconds", source: cloudflare },
  { names: ["cf-aig-collect-log", "cf-aig-collect-log-payload"], means: "no-log", as: "denial", source: cloudflare },
  { names: ["x-openwebui-user-id"], means: "user", as: "text", source: openWebUi },
  { names: ["x-openwebui-chat-id"], means: "session", as: "text", source: openWebUi },
];

/** How the names of all of them begin. */
export const headerPrefixes: readonly string[] = [
  "x-litellm-",
  "langfuse_",
  "x-bf-",
  "x-portkey-",
  "helicone-",
  "cf-aig-",
  "x-openwebui-",
];
