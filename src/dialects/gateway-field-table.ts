import type { GatewayMeaning } from "./gateway-ask";

type Row = { readonly means: GatewayMeaning; readonly names: readonly string[]; readonly source: string };

const litellm = "https://docs.litellm.ai/docs/proxy";

/**
 * Fields that clients of other gateways put into a request for the gateway, and that no provider has: what we understand is
 * done, the rest is taken out and named. Nearly every provider answers 400 to them.
 */
const rows: readonly Row[] = [
  // Bifrost: https://docs.getbifrost.ai/features/fallbacks
  { means: "fallbacks", names: ["fallbacks"], source: `${litellm}/client_side_fallbacks` },
  { means: "no-fallbacks", names: ["disable_fallbacks"], source: `${litellm}/reliability` },
  { means: "retries", names: ["num_retries", "max_retries"], source: `${litellm}/reliability` },
  { means: "timeout", names: ["timeout", "request_timeout"], source: `${litellm}/timeout` },
  { means: "first-token-timeout", names: ["stream_timeout"], source: `${litellm}/timeout` },
  { means: "tags", names: ["tags"], source: `${litellm}/tag_routing` },
  { means: "session", names: ["litellm_session_id"], source: `${litellm}/ui_logs_sessions` },
  { means: "trace", names: ["litellm_trace_id"], source: `${litellm}/ui_logs_sessions` },
  { means: "no-log", names: ["no-log"], source: `${litellm}/logging` },
  {
    means: "nothing",
    names: ["guardrails", "guardrail_config", "policies", "disable_global_guardrail"],
    source: `${litellm}/guardrails/quick_start`,
  },
  { means: "nothing", names: ["cache", "caching", "preset_cache_key"], source: `${litellm}/caching` },
  {
    means: "nothing",
    names: [
      "mock_response",
      "mock_tool_calls",
      "mock_timeout",
      "mock_delay",
      "mock_testing_fallbacks",
      "mock_testing_context_fallbacks",
      "mock_testing_content_policy_fallbacks",
      "mock_testing_rate_limit_error",
    ],
    source: "https://docs.litellm.ai/docs/completion/mock_requests",
  },
  {
    means: "nothing",
    names: [
      "context_window_fallbacks",
      "context_window_fallback_dict",
      "content_policy_fallbacks",
      "max_fallbacks",
      "fallback_depth",
      "retry_policy",
      "retry_strategy",
      "cooldown_time",
      "fastest_response",
      "specific_deployment",
      "router_settings_override",
    ],
    source: `${litellm}/reliability`,
  },
  {
    means: "nothing",
    names: ["drop_params", "additional_drop_params", "allowed_openai_params"],
    source: "https://docs.litellm.ai/docs/completion/drop_params",
  },
  {
    // A caller's own address and key would lead around everything that is configured.
    means: "nothing",
    names: [
      "api_key",
      "api_base",
      "base_url",
      "api_version",
      "custom_llm_provider",
      "model_list",
      "user_config",
      "extra_headers",
      "provider_specific_header",
      "region_name",
      "allowed_model_region",
      "organization",
      "api_type",
      "deployment_id",
      "ssl_verify",
      "aws_access_key_id",
      "aws_secret_access_key",
      "aws_session_token",
      "aws_session_name",
      "aws_profile_name",
      "aws_role_name",
      "aws_region_name",
      "aws_bedrock_runtime_endpoint",
      "azure_ad_token",
      "vertex_credentials",
      "vertex_project",
      "vertex_location",
      "watsonx_region_name",
    ],
    source: `${litellm}/clientside_auth`,
  },
  {
    means: "nothing",
    names: ["prompt_id", "prompt_variables", "prompt_label", "prompt_version"],
    source: `${litellm}/prompt_management`,
  },
  {
    means: "nothing",
    names: [
      "input_cost_per_token",
      "output_cost_per_token",
      "input_cost_per_second",
      "output_cost_per_second",
      "max_budget",
      "budget_duration",
      "rpm",
      "tpm",
      "base_model",
      "model_info",
    ],
    source: "https://docs.litellm.ai/docs/proxy/custom_pricing",
  },
  {
    means: "nothing",
    names: [
      "success_callback",
      "failure_callback",
      "turn_off_message_logging",
      "merge_reasoning_content_in_choices",
      "ensure_alternating_roles",
      "enable_json_schema_validation",
      "use_in_pass_through",
      "force_timeout",
      "proxy_server_request",
      "secret_fields",
    ],
    source: "https://docs.litellm.ai/docs/completion/input",
  },
];

export const meanings: ReadonlyMap<string, GatewayMeaning> = new Map(
  rows.flatMap(({ means, names }) => names.map((name) => [name, means] as const)),
);

/** LiteLLM's further fields, and those of what it logs to: https://docs.litellm.ai/docs/proxy/team_logging */
export const prefixes = /^(?:litellm|langfuse|langsmith|arize|posthog|humanloop|gcs|wandb)_/;

/**
 * LiteLLM's keys of `metadata`, which it takes as its own: https://docs.litellm.ai/docs/observability/langfuse_integration.
 * All other keys belong to the provider, as do its values.
 */
export const metadataMeanings: ReadonlyMap<string, GatewayMeaning> = new Map([
  ["tags", "tags"],
  ["trace_name", "tags"],
  ["generation_name", "tags"],
  ["trace_id", "trace"],
  ["existing_trace_id", "trace"],
  ["trace_session_id", "session"],
  ["trace_user_id", "user"],
  ...[
    "trace_metadata",
    "trace_version",
    "trace_release",
    "generation_id",
    "generation_metadata",
    "parent_observation_id",
    "update_trace_keys",
    "spend_logs_metadata",
    "requester_metadata",
    "mask_input",
    "mask_output",
    "debug_langfuse",
    "guardrails",
  ].map((name) => [name, "nothing"] as const),
]);
