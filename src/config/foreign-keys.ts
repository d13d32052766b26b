/** Top-level keys of other gateways' files, and what takes their place. */
const rows: readonly { readonly of: string; readonly keys: readonly string[]; readonly instead: string }[] = [
  {
    // https://docs.litellm.ai/docs/proxy/configs
    of: "LiteLLM",
    keys: ["model_list"],
    instead: "providers and routes take its place",
  },
  {
    of: "LiteLLM",
    keys: ["router_settings", "litellm_settings"],
    instead: "fallbacks of routes, retries and timeouts of providers take its place",
  },
  {
    of: "LiteLLM",
    keys: ["general_settings", "environment_variables"],
    instead: "settings and HEADGATE_ADMIN_TOKEN take its place",
  },
  {
    // https://docs.getbifrost.ai/quickstart/gateway/setting-up
    of: "Bifrost",
    keys: [
      "client",
      "config_store",
      "logs_store",
      "vector_store",
      "encryption_key",
      "governance",
      "mcp",
      "plugins",
      "auth_config",
    ],
    instead: "providers, virtual_keys and settings take its place",
  },
  {
    // https://portkey.ai/docs/api-reference/config-object
    of: "Portkey",
    keys: ["strategy", "targets", "override_params", "request_timeout", "cache", "retry", "virtual_key"],
    instead: "routes with targets and fallbacks take its place",
  },
];

/** What to write in the place of a top-level key of another gateway's file; undefined for any other. */
export function foreignKeyHint(key: string): string | undefined {
  const row = rows.find(({ keys }) => keys.includes(key));
  return row && `unknown key, it is ${row.of}'s: ${row.instead} (headgate check FILE writes what it can of it)`;
}
