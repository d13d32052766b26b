import { describe, expect, test } from "bun:test";
import { dialectNames } from "#dialects/registry";
import { loadConfigFile, parseConfig } from "./load";

function errorsOf(text: string): readonly string[] {
  const loaded = parseConfig(text, "h.yaml");
  return loaded.ok ? [] : loaded.errors;
}

/** The example that the documentation shows. */
const example = `
settings:
  auth: required
  content_logging: full
  max_body_bytes: 33554432
  trusted_proxies: [10.0.0.0/8]
providers:
  openai:
    keys:
      - { name: main, value: "env:OPENAI_API_KEY", weight: 3 }
      - { name: spare, value: "env:OPENAI_API_KEY_2", weight: 1, models: ["gpt-4o*"] }
  anthropic: { keys: [{ name: main, value: "env:ANTHROPIC_API_KEY" }] }
  local:
    dialect: openai-chat
    base_url: http://127.0.0.1:9100/v1
    allow_private_network: false
    keys: [{ name: k, value: "secret" }]
    timeouts: { connect_ms: 3000, headers_ms: 30000, first_token_ms: 12000, idle_ms: 20000, total_ms: 600000 }
    retries: { max: 2, backoff_initial_ms: 250, backoff_max_ms: 4000 }
    models: [{ id: my-model, price: { input: 0.5, output: 1.5 }, context: 128000, max_output: 8192 }]
routes:
  - alias: smart
    targets: [{ model: openai/gpt-4o, weight: 3 }, { model: anthropic/claude-sonnet-5, weight: 1 }]
    fallbacks: [local/my-model]
teams: [{ name: search, budgets: [{ limit_usd: 500, period: 1mo }] }]
virtual_keys:
  - name: ci
    value: "env:CI_VIRTUAL_KEY"
    team: search
    tags: { use_case: tests }
    models: ["smart", "openai/*"]
    endpoints: ["*"]
    budgets:
      - { limit_usd: 10, period: 1d }
      - { limit_usd: 2, period: 1M, model: "openai/gpt-4o" }
    rate_limits: [{ requests: 600, per: 1m }, { tokens: 200000, per: 1m }, { concurrent: 20 }]
    expires_at: 2027-01-01
`;

describe("parseConfig()", () => {
  test("takes the documented example, an empty file and a file of comments", () => {
    for (const text of [example, "", "# nothing\n"]) expect(errorsOf(text)).toEqual([]);
  });

  test("reads 1M, 1Q and 1Y as months, quarters and years, and money as text", () => {
    const budgets = "[{ limit_usd: 0.1, period: 1M }, { limit_usd: 1, period: 2Q }, { limit_usd: 1, period: 1m }]";
    const loaded = parseConfig(`virtual_keys: [{ name: a, budgets: ${budgets} }]`, "h.yaml");
    const read = loaded.ok ? loaded.config.virtual_keys?.[0]?.budgets : undefined;
    expect(read?.map(({ limit_usd, period }) => [limit_usd, period])).toEqual([
      ["0.1", "1mo"],
      ["1", "2q"],
      ["1", "1m"],
    ]);
  });

  const cases: readonly (readonly [text: string, error: string])[] = [
    ["settings:\n  auht: required", 'h.yaml:2:3: settings.auht: unknown key, did you mean "auth"?'],
    [
      "settings: { auth: optionl }",
      'h.yaml:1:13: settings.auth: must be required or optional, did you mean "optional"?',
    ],
    ["settings: { retention_days: x }", "h.yaml:1:13: settings.retention_days: must be a number, found a string"],
    ["settings: { retention_days: 0 }", "h.yaml:1:13: settings.retention_days: must be at least 1"],
    ["provider: {}", 'h.yaml:1:1: provider: unknown key, did you mean "providers"?'],
    [
      "providers:\n  openai:\n    keys:\n      - name: a\n        valeu: x",
      'h.yaml:5:9: providers.openai.keys[0].valeu: unknown key, did you mean "value"?',
    ],
    [
      "providers:\n  openai:\n    keys:\n      - name: a",
      "h.yaml:4:9: providers.openai.keys[0].value: is missing: a key has a value or credentials",
    ],
    [
      "providers: { openai: { keys: [{ name: a, value: x, credentials: { type: google_default } }] } }",
      "h.yaml:1:52: providers.openai.keys[0].credentials: stands beside value: keep one of them",
    ],
    [
      "providers: { openai: { keys: [{ name: a, credentials: { type: aws_keys, access_key_id: x } }] } }",
      "h.yaml:1:42: providers.openai.keys[0].credentials.secret_access_key: must be a string, found nothing",
    ],
    [
      "providers: { openai: { keys: [{ name: a, credentials: { type: google_default, scope: x } }] } }",
      "h.yaml:1:79: providers.openai.keys[0].credentials.scope: unknown key",
    ],
    [
      "providers: { local: { dialects: [openai-cht] } }",
      `h.yaml:1:34: providers.local.dialects[0]: must be ${dialectNames.join(" or ")}, did you mean "openai-chat"?`,
    ],
    [
      "providers: { A: {} }",
      "h.yaml:1:14: providers.A: is no valid key: must be lower-case letters, digits, dots, hyphens and underscores",
    ],
    [
      "providers: { a: { base_url: http://10.1.1.1 } }",
      "h.yaml:1:19: providers.a.base_url: is on a private network: set allow_private_network: true if that is meant",
    ],
    [
      "providers: { a: { base_url: http://2852039166/v1, allow_private_network: true } }",
      "h.yaml:1:19: providers.a.base_url: is on a metadata address, which is never allowed",
    ],
    [
      "providers: { a: { base_url: http://user:pw@host } }",
      "h.yaml:1:19: providers.a.base_url: must not hold a user name or password: use keys",
    ],
    [
      "routes: [{ alias: a, strategy: adaptive, targets: [{ model: x }] }]",
      "h.yaml:1:22: routes[0].strategy: must be weighted",
    ],
    ["routes: [{ alias: a, targets: [] }]", "h.yaml:1:22: routes[0].targets: must not be empty"],
    [
      "routes: [{ alias: a, targets: [{ model: x }] }, { alias: a, targets: [{ model: x }] }]",
      'h.yaml:1:51: routes[1].alias: "a" is already taken by an earlier entry',
    ],
    [
      "virtual_keys: [{ name: a, expires_at: soon }]",
      "h.yaml:1:27: virtual_keys[0].expires_at: must be a date (2027-01-01) or a time in UTC or with an offset (2027-01-01T12:00:00Z)",
    ],
    [
      "virtual_keys: [{ name: a, budgets: [{ limit_usd: -1, period: 1d }] }]",
      "h.yaml:1:39: virtual_keys[0].budgets[0].limit_usd: must be an amount of US dollars from 0 to 9007199.254740991 with at most 9 decimals",
    ],
    [
      "virtual_keys: [{ name: a, rate_limits: [{ requests: 1 }] }]",
      "h.yaml:1:41: virtual_keys[0].rate_limits[0]: must say per which period, e.g. per: 1m",
    ],
    [
      "teams:\n  - name: t\n    budgets:\n      - { limit_usd: 1, limit_tokens: 2, period: 1d }",
      "h.yaml:4:9: teams[0].budgets[0]: must name exactly one of limit_usd and limit_tokens",
    ],
    [
      "customers:\n  - name: c\n    budgets: [{ limit_usd: 1, period: 1d, time_zone: Mars }]",
      "h.yaml:3:43: customers[0].budgets[0].time_zone: must be a time zone like UTC or Europe/Berlin",
    ],
    [
      "teams: [{ name: t, budgets: [{ limit_usd: 1, period: 1h, time_zone: UTC }] }]",
      "h.yaml:1:58: teams[0].budgets[0].time_zone: says nothing about a period of 1h: leave it out",
    ],
    [
      "limits: [{ name: l, provider: openai, rate_limits: [{ concurrent: 1, provider: groq }] }]",
      "h.yaml:1:70: limits[0].rate_limits[0].provider: stands on the entry already: make an entry of its own",
    ],
    ["limits: [{ name: l }, { name: l }]", 'h.yaml:1:25: limits[1].name: "l" is already taken by an earlier entry'],
    [
      "prices: [{ model: x, price: { input: 1, output: 1, context_tiers: [{ above: 5 }, { above: 5 }] } }]",
      "h.yaml:1:52: prices[0].price.context_tiers: must be in ascending order of above",
    ],
    [
      "prices: [{ model: x, price: { input: 1, output: 1, service_tiers: { bulk: {} } } }]",
      "h.yaml:1:69: prices[0].price.service_tiers.bulk: unknown key, known are batch, flex, priority, fast, us",
    ],
    ["teams: x", "h.yaml:1:1: teams: must be a list, found a string"],
    ["- a", "h.yaml:1:1: must be a map, found a list"],
    ["a: 1\na: 2", "h.yaml:2:1: the same key stands here twice; remove one"],
    ["a:\n\tb: 1", "h.yaml:2:1: a tab is used to indent; use spaces"],
    ["settings: {}\n---\nsettings: {}", "h.yaml:2:1: a second document starts here; the file must hold one"],
    ["settings: !!js/function x", "h.yaml:1:11: cannot be read as YAML: Unresolved tag: tag:yaml.org,2002:js/function"],
    ["providers:\n  __proto__: {}", "h.yaml:2:3: this key is never allowed"],
  ];
  for (const [text, error] of cases) {
    test(`says ${error}`, () => expect(errorsOf(text)).toContain(error));
  }

  test("ends in time on bombs", () => {
    const lol = Array.from({ length: 12 }, (_, n) => `l${n}: &l${n} [${n === 0 ? "x" : `*l${n - 1},`.repeat(9)}]`).join(
      "\n",
    );
    expect(errorsOf(lol)).toEqual(["h.yaml:1:1: cannot be read as YAML: aliases repeat too much of the document"]);
    for (const deep of ["[".repeat(100_000), "{a: ".repeat(50_000), "- ".repeat(100_000), "? ".repeat(100_000)]) {
      expect(errorsOf(deep)).toEqual(["h.yaml:1:1: cannot be read as YAML: nested too deep"]);
    }
  });
});

test("loadConfigFile() says why a file cannot be read", () => {
  expect(loadConfigFile("/nope.yaml")).toEqual({
    ok: false,
    errors: ["Cannot read the configuration file /nope.yaml: there is no such file"],
  });
  expect(loadConfigFile("/")).toEqual({
    ok: false,
    errors: ["Cannot read the configuration file /: it is a directory"],
  });
});
