import { describe, expect, test } from "bun:test";
import type { ConfiguredProvider } from "#config/configured";
import { providerSchema } from "#config/provider-schema";
import { providerDefinitions } from "#providers/registry";
import { compileKeyProfile, compileProvider } from "./compile";
import { mainPath } from "./compile-dialects";

const key = { id: "k", name: "k", secret: "s", weight: 1 };

function compile(id: string, config: object, keys: ConfiguredProvider["keys"] = [key]) {
  return compileProvider({ id, config: providerSchema.parse(config), keys }, providerDefinitions.get(id));
}

describe("compileProvider()", () => {
  test("takes what is known of a provider", () => {
    expect(compile("openai", {})).toMatchObject({
      baseUrl: "https://api.openai.com/v1",
      auth: "bearer",
      dialects: [
        {
          name: "openai-chat",
          paths: {
            completion: { whole: "/chat/completions", stream: "/chat/completions" },
            "text-completion": { whole: "/completions", stream: "/completions" },
            embeddings: { whole: "/embeddings", stream: "/embeddings" },
          },
        },
        { name: "openai-responses", paths: { completion: { whole: "/responses", stream: "/responses" } } },
      ],
      allowPrivateNetwork: false,
    });
    expect(compile("anthropic", {}).headers).toMatchObject({ "anthropic-version": "2023-06-01" });
  });

  const urls: readonly (readonly [id: string, config: object, url: string])[] = [
    ["mine", { dialect: "openai-chat", base_url: "http://127.0.0.1:1/v1/" }, "http://127.0.0.1:1/v1/chat/completions"],
    ["mine", { dialect: "anthropic-messages", base_url: "http://127.0.0.1:1" }, "http://127.0.0.1:1/v1/messages"],
    ["mine", { dialect: "anthropic-messages", base_url: "http://127.0.0.1:1/v1" }, "http://127.0.0.1:1/v1/messages"],
    ["anthropic", { base_url: "http://127.0.0.1:1" }, "http://127.0.0.1:1/v1/messages"],
    ["anthropic", { base_url: "http://127.0.0.1:1/v1" }, "http://127.0.0.1:1/v1/messages"],
    ["mistral", { base_url: "http://127.0.0.1:1/v1" }, "http://127.0.0.1:1/v1/chat/completions"],
    [
      "mine",
      { dialects: [{ name: "openai-chat", path: "/x" }], base_url: "http://127.0.0.1:1" },
      "http://127.0.0.1:1/x",
    ],
  ];
  for (const [id, config, url] of urls) {
    test(`calls ${id} ${JSON.stringify(config)} at ${url}`, () => {
      const { baseUrl, dialects } = compile(id, config);
      expect(`${baseUrl}${dialects.map(mainPath)}`).toBe(url);
    });
  }

  test("asks for no credentials where a provider needs no key and has none", () => {
    expect(compile("ollama", {}, [])).toMatchObject({ auth: "none", keys: [] });
    expect(compile("ollama", {})).toMatchObject({ auth: "bearer", keys: [key] });
    expect(compile("openai", {}, []).keys).toEqual([]);
    expect(compile("openai", {}, [{ id: "k", name: "k", weight: 1 }]).keys).toEqual([]);
  });

  test("reads prices exactly", () => {
    const models = [
      { id: "m", price: { input: 0.1, output: "1.5", cache_read: 0.000001 }, context: 10, max_output: 5 },
    ];
    const price = {
      version: expect.stringMatching(/^config:[0-9a-f]{8}$/),
      input: 100_000,
      output: 1_500_000,
      cacheRead: 1,
    };
    expect([...compile("openai", { models }).models.values()]).toEqual([
      { id: "m", prices: [{ fromMs: 0, price }], contextTokens: 10, maxOutputTokens: 5 },
    ]);
  });
});

test.each([
  ["anthropic", {}, 1],
  ["anthropic", { base_url: "https://api.anthropic.com/v1" }, 1],
  ["anthropic", { base_url: "https://api.anthropic.com.example/v1" }, 0],
  ["anthropic", { base_url: "http://127.0.0.1:9" }, 0],
  ["mine", { dialect: "openai-chat", base_url: "http://127.0.0.1:9" }, 0],
] as const)("compileProvider() lets a client's own credential to %s with %j by %i keys", (id, config, count) => {
  const key = { id: "k", name: "login", reference: "client", secret: "client", weight: 1 };
  const { keys } = compileProvider(
    { id, config: providerSchema.parse(config), keys: [key] },
    providerDefinitions.get(id),
  );
  expect(keys).toEqual(Array(count).fill({ id: "k", name: "login", secret: "", weight: 1, fromClient: true }));
});

test("compileProvider() reads every class and tier of a price, and its version tells it from others", () => {
  const price = {
    input: 1,
    output: 2,
    input_image: 3,
    output_image: 4,
    per_request: "0.000000001",
    per_search: 0.01,
    context_tiers: [{ above: 200_000, input: 5 }],
    service_tiers: { batch: { output: "0.5" }, priority: { context_tiers: [{ above: 1, cache_read: 6 }] } },
  };
  const compiled = compile("openai", { models: [{ id: "m", price }] }).models.get("m")?.prices?.[0]?.price;
  expect(compiled).toEqual({
    version: expect.any(String),
    input: 1_000_000,
    output: 2_000_000,
    inputImage: 3_000_000,
    outputImage: 4_000_000,
    perRequest: 1,
    perSearch: 10_000_000,
    contextTiers: [{ aboveTokens: 200_000, rates: { input: 5_000_000 } }],
    serviceTiers: {
      batch: { output: 500_000 },
      priority: { contextTiers: [{ aboveTokens: 1, rates: { cacheRead: 6_000_000 } }] },
    },
  });
  const other = compile("openai", { models: [{ id: "m", price: { ...price, per_search: 0.02 } }] });
  expect(other.models.get("m")?.prices?.[0]?.price.version).not.toBe(compiled?.version ?? "");
});

test("compileKeyProfile() fills in what is left out", () => {
  expect(compileKeyProfile({ expires_at: "2027-01-01" })).toEqual({
    active: true,
    expiresAtMs: Date.UTC(2027, 0),
    tags: {},
    models: ["*"],
    blocked: [],
    endpoints: ["*"],
    limits: [],
  });
});
