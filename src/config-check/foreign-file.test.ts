import { describe, expect, test } from "bun:test";
import { createCatalog } from "#catalog/catalog";
import { parseConfig } from "#config/load";
import { providerDefinitions } from "#providers/registry";
import { translateForeign } from "./foreign-file";

const catalog = createCatalog();

/** What a start would read of the translation. */
function translated(file: object) {
  const found = translateForeign(JSON.stringify(file), providerDefinitions, catalog);
  const loaded = found && parseConfig(found.yaml, "f");
  return { of: found?.of, left: found?.left, config: loaded?.ok === true ? loaded.config : loaded?.errors };
}

const deployment = (name: string, model: string, more: object = {}) => ({
  model_name: name,
  litellm_params: { model, api_key: "os.environ/A_KEY", ...more },
});

describe("translateForeign()", () => {
  test("writes a file of LiteLLM as providers and routes", () => {
    const file = {
      model_list: [
        deployment("gpt", "openai/gpt-4o", { weight: 2, rpm: 6 }),
        deployment("gpt", "openai/gpt-4o-mini", { api_key: "sk-literal-secret" }),
        { ...deployment("claude", "claude-sonnet-5"), model_info: { mode: "chat" } },
        deployment("own", "openai/m", { api_base: "http://127.0.0.1:9/v1", rpm: 6 }),
        deployment("openai/*", "openai/*"),
        deployment("az", "azure/gpt"),
        deployment("az", "azure/gpt", { api_base: "https://r.openai.azure.com/", api_version: "2024-10-21" }),
        deployment("other", "azure/gpt", { api_base: "https://s.openai.azure.com" }),
        deployment("kimi", "moonshot/kimi-k2.5"),
      ],
      router_settings: { fallbacks: [{ gpt: ["claude", "own"] }], routing_strategy: "simple-shuffle" },
      litellm_settings: { drop_params: true },
      general_settings: { master_key: "sk-canary" },
      environment_variables: { A: "b" },
    };
    expect(translated(file)).toEqual({
      of: "LiteLLM",
      left: [
        "model_list[].litellm_params.rpm",
        "model_list[].model_info",
        "model_list[5]",
        "model_list[].litellm_params.api_version",
        "environment_variables",
        "litellm_settings.drop_params",
        "router_settings.routing_strategy",
        "general_settings.master_key",
      ],
      config: {
        providers: {
          openai: {
            keys: [
              { name: "key-1", value: "env:A_KEY" },
              { name: "key-2", value: "" },
            ],
          },
          anthropic: { keys: [{ name: "key-1", value: "env:A_KEY" }] },
          "openai-127.0.0.1": {
            base_url: "http://127.0.0.1:9/v1",
            dialect: "openai-chat",
            keys: [{ name: "key-1", value: "env:A_KEY" }],
          },
          "azure-openai": {
            base_url: "https://r.openai.azure.com/openai/v1",
            keys: [{ name: "key-1", value: "env:A_KEY" }],
          },
          "azure-openai-s.openai.azure.com": {
            base_url: "https://s.openai.azure.com/openai/v1",
            dialects: ["openai-chat", "openai-responses"],
            auth: "api-key",
            keys: [{ name: "key-1", value: "env:A_KEY" }],
          },
          moonshot: { keys: [{ name: "key-1", value: "env:A_KEY" }] },
        },
        routes: [
          {
            alias: "gpt",
            targets: [{ model: "openai/gpt-4o", weight: 2 }, { model: "openai/gpt-4o-mini" }],
            fallbacks: ["anthropic/claude-sonnet-5", "openai-127.0.0.1/m"],
          },
          { alias: "claude", targets: [{ model: "anthropic/claude-sonnet-5" }] },
          { alias: "own", targets: [{ model: "openai-127.0.0.1/m" }] },
          { alias: "az", targets: [{ model: "azure-openai/gpt" }] },
          { alias: "other", targets: [{ model: "azure-openai-s.openai.azure.com/gpt" }] },
          { alias: "kimi", targets: [{ model: "moonshot/kimi-k2.5" }] },
        ],
      },
    });
  });

  test("writes the credentials of clouds that LiteLLM and Bifrost refer to, and no literal ones", () => {
    const aws = { aws_access_key_id: "os.environ/AK", aws_secret_access_key: "os.environ/SK", api_key: undefined };
    const azure = { tenant_id: "t", client_id: "c", client_secret: "os.environ/S", api_key: undefined };
    const at = { api_base: "https://r.openai.azure.com" };
    const file = {
      model_list: [
        deployment("nova", "bedrock/amazon.nova-micro-v1:0", { ...aws, aws_region_name: "eu-west-1" }),
        deployment("gpt", "azure/gpt", { ...azure, ...at }),
        deployment("gpt", "azure/gpt", { ...azure, ...at, client_secret: "canary" }),
      ],
    };
    const { config, left } = translated(file);
    expect(left).toEqual(expect.arrayContaining(["model_list[].litellm_params.client_secret"]));
    expect(config).toMatchObject({
      providers: {
        bedrock: {
          base_url: "https://bedrock-runtime.eu-west-1.amazonaws.com",
          keys: [{ credentials: { type: "aws_keys", access_key_id: "env:AK", secret_access_key: "env:SK" } }],
        },
        "azure-openai": {
          keys: [{ name: "key-1", credentials: { type: "azure_client_secret", client_secret: "env:S" } }],
        },
      },
    });
    expect(JSON.stringify(config)).not.toContain("canary");
    const key = {
      name: "k",
      value: "",
      bedrock_key_config: { role_arn: "arn:aws:iam::1:role/r", region: "us-west-2" },
    };
    expect(translated({ client: {}, providers: { bedrock: { keys: [key] } } }).config).toMatchObject({
      providers: {
        bedrock: { keys: [{ name: "k", credentials: { type: "aws_role", role_arn: "arn:aws:iam::1:role/r" } }] },
      },
    });
  });

  test("writes LiteLLM's retries, timers, other names and usual fallbacks", () => {
    const file = {
      model_list: [deployment("a", "openai/gpt-4o"), deployment("b", "openai/gpt-4o-mini")],
      router_settings: { num_retries: 3, timeout: 30, model_group_alias: { "gpt-4": "a", hidden: { model: "none" } } },
      litellm_settings: { num_retries: 1, stream_timeout: 2.5, default_fallbacks: ["b"] },
    };
    const fallbacks = ["openai/gpt-4o-mini"];
    expect(translated(file)).toMatchObject({
      left: [],
      config: {
        providers: { openai: { retries: { max: 3 }, timeouts: { first_token_ms: 2500, total_ms: 30_000 } } },
        routes: [
          { alias: "a", targets: [{ model: "openai/gpt-4o" }], fallbacks },
          { alias: "b", targets: [{ model: "openai/gpt-4o-mini" }] },
          { alias: "gpt-4", targets: [{ model: "openai/gpt-4o" }], fallbacks },
        ],
      },
    });
  });

  test("writes the providers of a file of Bifrost", () => {
    const file = {
      client: {},
      providers: {
        openai: {
          keys: [{ name: "a", value: "env.A_KEY", models: ["gpt-4o"], weight: 0.5 }],
          network_config: { max_retries: 1, retry_backoff_max: 900, default_request_timeout_in_seconds: 30, extra: 1 },
          concurrency_and_buffer_size: { concurrency: 3 },
        },
        azure: {
          keys: [{ name: "b", value: "env.B_KEY", azure_key_config: { endpoint: "https://r.openai.azure.com" } }],
        },
        somebody: { keys: [] },
      },
    };
    expect(translated(file)).toEqual({
      of: "Bifrost",
      left: [
        "providers.openai.concurrency_and_buffer_size",
        "providers.openai.network_config.extra",
        "providers.somebody",
        "client",
      ],
      config: {
        providers: {
          openai: {
            timeouts: { total_ms: 30_000 },
            retries: { max: 1, backoff_max_ms: 900 },
            keys: [{ name: "a", value: "env:A_KEY", weight: 0.5, models: ["gpt-4o"] }],
          },
          "azure-openai": {
            base_url: "https://r.openai.azure.com/openai/v1",
            keys: [{ name: "b", value: "env:B_KEY" }],
          },
        },
      },
    });
  });

  test("writes a config of Portkey as a route", () => {
    const file = {
      strategy: { mode: "fallback", on_status_codes: [429] },
      targets: [
        { provider: "openai", api_key: "sk-canary", override_params: { model: "gpt-4o" } },
        { provider: "mistral-ai", virtual_key: "m", override_params: { model: "mistral-large-latest" } },
        { strategy: { mode: "loadbalance" }, targets: [] },
      ],
      retry: { attempts: 4 },
      cache: { mode: "simple" },
    };
    const keys = [{ name: "key-1", value: "" }];
    expect(translated(file)).toEqual({
      of: "Portkey",
      left: ["cache", "targets[1].virtual_key", "targets[2]"],
      config: {
        providers: { openai: { keys, retries: { max: 4 } }, mistral: { keys, retries: { max: 4 } } },
        routes: [
          { alias: "default", targets: [{ model: "openai/gpt-4o" }], fallbacks: ["mistral/mistral-large-latest"] },
        ],
      },
    });
  });

  test("balances the targets of a config of Portkey by their weights", () => {
    const target = (model: string, weight: number) => ({ provider: "groq", weight, override_params: { model } });
    const file = { strategy: { mode: "loadbalance" }, targets: [target("a", 0.7), target("b", 0.3)] };
    expect(translated(file).config).toMatchObject({
      routes: [
        {
          targets: [
            { model: "groq/a", weight: 0.7 },
            { model: "groq/b", weight: 0.3 },
          ],
        },
      ],
    });
  });

  test.each([[{}], [{ providers: { openai: { keys: [{ name: "a", value: "env:A" }] } } }], [{ model_list: "x" }]])(
    "leaves %j alone",
    (file) => expect(translateForeign(JSON.stringify(file), providerDefinitions, catalog)).toBeUndefined(),
  );

  test("takes no file for one that cannot be read", () => {
    expect(translateForeign("model_list: [", providerDefinitions, catalog)).toBeUndefined();
  });
});

test("parseConfig() says what takes the place of another gateway's key", () => {
  const loaded = parseConfig("model_list: []\nstrategy: {}", "f");
  expect(loaded.ok ? [] : loaded.errors.map((error) => error.slice(0, 60))).toEqual([
    "f:1:1: model_list: unknown key, it is LiteLLM's: providers a",
    "f:2:1: strategy: unknown key, it is Portkey's: routes with t",
  ]);
});
