import { describe, expect, test } from "bun:test";
import { costOf } from "#core/cost";
import { priceAt } from "#core/price";
import { modelCapabilities, modelModes } from "#core/snapshot";
import { noUsage } from "#core/usage";
import { providerDefinitions } from "#providers/registry";
import { createCatalog } from "./catalog";
import { shippedCatalog as data } from "./shipped-catalog";

describe("createCatalog()", () => {
  const lines = [
    'maker\tm-1\t{"prices":[{"fromMs":0,"price":{"version":"v","input":1,"output":2}}],"contextTokens":10}',
    'maker\tm-1-2024-05-13\t{"contextTokens":5}',
    'host\tm-1\t{"contextTokens":9}',
    'host\tother@20250101\t{"contextTokens":8}',
  ];
  const catalog = createCatalog(lines.join("\n"));

  test("finds a model of a provider", () => {
    expect(catalog.find("host", "m-1")).toEqual({ id: "m-1", contextTokens: 9 });
    expect(catalog.find("maker", "m-2")).toBeUndefined();
    expect(catalog.find("nobody", "m-1")).toBeUndefined();
  });

  test("finds a listed state of a model before the model", () => {
    expect(catalog.find("maker", "m-1-2024-05-13")?.contextTokens).toBe(5);
  });

  test.each(["m-1-2024-08-06", "m-1-20240806", "m-1@20240806", "m-1-latest"])("finds %s by its model", (name) => {
    expect(catalog.find("maker", name)).toEqual({ ...catalog.find("maker", "m-1"), id: name, contextTokens: 10 });
    expect(catalog.providersOf(name)).toEqual(["maker", "host"]);
  });

  test.each(["m-1-mini", "m-1-2024", "m-1-19991231", "m-1-latest-mini", "ft:m-1-2024-08-06", "other", "M-1"])(
    "does not guess at %s",
    (name) => {
      expect(catalog.find("maker", name)).toBeUndefined();
      expect(catalog.providersOf(name)).toEqual([]);
    },
  );

  test("lists the models of a provider", () => {
    expect(catalog.list("maker").map(({ id }) => id)).toEqual(["m-1", "m-1-2024-05-13"]);
    expect(catalog.list("nobody")).toEqual([]);
  });
});

describe("the shipped catalog", () => {
  const catalog = createCatalog();
  const all = data.split("\n").filter((line) => line !== "");
  const everyModel = all.map((line) => line.split("\t")).map(([provider = "", id = ""]) => ({ provider, id }));

  test("is small enough to ship", () => expect(data.length).toBeLessThan(5 * 1024 * 1024));

  test("names each model of a provider once, sorted", () => {
    const names = everyModel.map(({ provider, id }) => `${provider}\t${id}`);
    expect(new Set(names).size).toBe(names.length);
    for (const provider of new Set(everyModel.map((each) => each.provider))) {
      const ids = catalog.list(provider).map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)));
    }
  });

  test("knows every provider that Headgate knows, but those that run on one's own machine", () => {
    const served = [...providerDefinitions.values()].filter(
      ({ environmentVariable }) => environmentVariable !== undefined,
    );
    const missing = served.filter(({ id }) => catalog.list(id).length === 0).map(({ id }) => id);
    // None of the public tables lists these.
    expect(missing).toEqual(["reka", "parasail", "jina"]);
  });

  test("holds facts of the form that it promises", () => {
    for (const { provider, id } of everyModel) {
      const facts = catalog.find(provider, id);
      for (const tokens of [facts?.contextTokens ?? 1, facts?.maxOutputTokens ?? 1]) expect(tokens).toBeGreaterThan(0);
      expect(facts?.mode === undefined || modelModes.includes(facts.mode)).toBe(true);
      expect((facts?.capabilities ?? []).every((each) => modelCapabilities.includes(each))).toBe(true);
      expect(facts?.releasedOn ?? "2024").toMatch(/^20\d\d(-\d\d){0,2}$/);
    }
  });

  test("says of every chat model how much it can read and write, or that nobody knows", () => {
    for (const { provider, id } of everyModel) {
      const facts = catalog.find(provider, id);
      if (facts?.mode !== "chat") continue;
      for (const limit of ["contextTokens", "maxOutputTokens"] as const) {
        expect([id, limit, facts[limit] === undefined]).toEqual([id, limit, facts.unknown?.includes(limit) === true]);
      }
      expect(facts.maxOutputTokens ?? 0).toBeLessThanOrEqual(facts.contextTokens ?? Number.POSITIVE_INFINITY);
    }
  });

  test("holds prices of whole numbers, newest first, the oldest from the beginning", () => {
    let priced = 0;
    for (const { provider, id } of everyModel) {
      const prices = catalog.find(provider, id)?.prices;
      if (prices === undefined) continue;
      priced++;
      expect(prices.at(-1)?.fromMs).toBe(0);
      expect(prices.map(({ fromMs }) => fromMs)).toEqual(prices.map(({ fromMs }) => fromMs).toSorted((a, b) => b - a));
      const amounts = JSON.stringify(prices).match(/(?<=":)-?[\d.e+-]+/g) ?? [];
      expect(amounts.every((amount) => /^\d+$/.test(amount))).toBe(true);
      for (const { price, hours = [] } of prices) {
        for (const each of [price, ...hours.map((hour) => hour.price)]) {
          expect(each.version).toMatch(/^catalog:[0-9a-f]{8}$/);
          const borders = (each.contextTiers ?? []).map(({ aboveTokens }) => aboveTokens);
          expect(borders).toEqual(borders.toSorted((a, b) => a - b));
        }
      }
    }
    expect(priced).toBeGreaterThan(2000);
  });

  test("gives different prices different versions", () => {
    const versions = new Map<string, string>();
    for (const { provider, id } of everyModel) {
      for (const { price } of catalog.find(provider, id)?.prices ?? []) {
        const { version, ...content } = price;
        const text = JSON.stringify(content);
        expect(versions.get(version) ?? text).toBe(text);
        versions.set(version, text);
      }
    }
  });

  // List prices, checked by hand against what the providers publish.
  const million = { ...noUsage, input: 100_000, cacheRead: 100_000, output: 100_000 };
  const december2026 = Date.parse("2026-12-02T00:00:00Z");
  const may2026 = Date.parse("2026-05-01T00:00:00Z");
  test.each([
    // 0.1 × ($2.50 + $1.25 + $10)
    ["openai", "gpt-4o", undefined, may2026, 1_375_000_000],
    // 0.1 × ($5 + $5 + $15): no price for cached input
    ["openai", "gpt-4o-2024-05-13", undefined, may2026, 2_500_000_000],
    // half: 0.1 × ($1.25 + $0.625 + $5)
    ["openai", "gpt-4o-2024-08-06", "flex", may2026, 687_500_000],
    // 0.1 × ($4.25 + $2.125 + $17)
    ["openai", "gpt-4o-2024-11-20", "priority", may2026, 2_337_500_000],
    // 0.1 × ($3 + $0.30 + $15); its input of 200,000 is not above the border
    ["anthropic", "claude-sonnet-4-5", undefined, may2026, 1_830_000_000],
    // fast mode: 0.1 × ($30 + $3 + $150)
    ["anthropic", "claude-opus-4-6", "fast", may2026, 18_300_000_000],
    // batch: 0.05 × ($5 + $0.50 + $25)
    ["anthropic", "claude-opus-4-6", "batch", may2026, 1_525_000_000],
    // at night 0.1 × ($0.22 + $0.007 + $0.66); from 01:00 to 04:00 and 06:00 to 10:00 UTC twice that
    ["deepseek", "deepseek-v4-flash", undefined, Date.parse("2026-09-01T00:59:59Z"), 88_700_000],
    ["deepseek", "deepseek-v4-flash", undefined, Date.parse("2026-09-01T01:00:00Z"), 177_400_000],
    // before 2026-08-17: 0.1 × ($0.14 + $0.0028 + $0.28)
    ["deepseek", "deepseek-v4-flash", undefined, may2026, 42_280_000],
    // since the day of the catalog, by https://api-docs.deepseek.com/quick_start/pricing: 0.1 × ($0.30 + $0.006 + $1.20), off peak half
    ["deepseek", "deepseek-v4-flash", undefined, Date.parse("2026-12-01T08:00:00Z"), 150_600_000],
    ["deepseek", "deepseek-v4-flash", undefined, Date.parse("2026-12-01T12:00:00Z"), 75_300_000],
    // names that move to newer models: 0.1 × ($2 + $0.20 + $12), 0.1 × ($0.75 + $0.075 + $3.75), 0.1 × ($1 + $0.20 + $2)
    ["gemini", "gemini-pro-latest", undefined, december2026, 1_420_000_000],
    ["gemini", "gemini-flash-latest", undefined, december2026, 457_500_000],
    ["xai", "grok-code-fast", undefined, december2026, 320_000_000],
    // tiers of https://ai.google.dev/gemini-api/docs/pricing: 0.1 × ($2.25 + $0.225 + $18), 0.1 × ($0.625 + $0.125 + $5)
    ["gemini", "gemini-2.5-pro", "priority", december2026, 2_047_500_000],
    ["gemini", "gemini-2.5-pro", "flex", december2026, 575_000_000],
    // 0.1 × ($8 + $0.80 + $40): https://developers.openai.com/api/docs/pricing
    ["openai", "gpt-5.6", "priority", december2026, 4_880_000_000],
  ])("prices %s/%s served as %p", (provider, model, tier, atMs, nanoDollars) => {
    const price = priceAt(catalog.find(provider, model)?.prices, atMs);
    expect(price && costOf(million, price, tier)).toBe(nanoDollars);
  });

  test.each([
    ["openai", "gpt-6.1-sol"],
    ["anthropic", "claude-sonnet-5-5"],
    ["anthropic", "claude-haiku-5-5"],
    ["gemini", "gemini-4-argon"],
    ["xai", "grok-4.7"],
    ["mistral", "mistral-large-4"],
    ["moonshot", "kimi-k3.1-pro"],
  ])("has a price and limits of the newer %s/%s", (provider, model) => {
    const facts = catalog.find(provider, model);
    expect(facts?.prices).not.toBeUndefined();
    expect(facts?.unknown).toBeUndefined();
  });

  test("knows when a price changed", () => {
    const { prices } = catalog.find("anthropic", "claude-opus-4-6") ?? {};
    const long = { ...noUsage, input: 300_000 };
    const cost = (day: string) => {
      const price = priceAt(prices, Date.parse(day));
      return price && costOf(long, price);
    };
    // Until 2026-03-12 long contexts cost twice as much: 0.3 × $10, then 0.3 × $5.
    expect([cost("2026-03-12T23:59:59Z"), cost("2026-03-13T00:00:00Z")]).toEqual([3_000_000_000, 1_500_000_000]);
  });

  test("puts makers first", () => {
    expect(catalog.providersOf("gpt-4o")[0]).toBe("openai");
    expect(catalog.providersOf("claude-sonnet-4-5-20250929")[0]).toBe("anthropic");
    expect(catalog.providersOf("gemini-2.5-pro")[0]).toBe("gemini");
  });
});
