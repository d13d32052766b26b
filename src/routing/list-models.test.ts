import { describe, expect, test } from "bun:test";
import { createCatalog } from "#catalog/catalog";
import type { Provider, Snapshot } from "#core/snapshot";
import { createTargets } from "./fixtures/targets";
import { type Allowed, findModel, listModels } from "./list-models";

const lines = [
  'maker\tchat-1\t{"prices":[{"fromMs":0,"price":{"version":"v","input":2500000,"output":1}}],"contextTokens":10,"mode":"chat","releasedOn":"2025-01-02"}',
  'maker\tembed-1\t{"mode":"embedding"}',
  'maker\tpicture-1\t{"mode":"image"}',
  'maker\tmodel-1-realtime\t{"mode":"chat"}',
  'other\tchat-2\t{"contextTokens":5,"mode":"chat"}',
];
const catalog = createCatalog(lines.join("\n"));
const completion = { whole: "/c", stream: "/c" };
const asks = [
  { dialect: "openai-chat", operation: "completion", translates: true },
  { dialect: "openai-chat", operation: "embeddings", translates: false },
];

function provider(id: string, change: Partial<Provider>): Provider {
  return {
    ...createTargets().target(`${id}/m#k`).provider,
    dialects: [{ name: "openai-chat", paths: { completion, embeddings: completion } }],
    keys: [{ id: "k", name: "k", secret: "s", weight: 1 }],
    unserved: ["*realtime*"],
    ...change,
  };
}

function list(maker: Partial<Provider>, change: Partial<Allowed> = {}, routes: Snapshot["routes"] = new Map()) {
  const providers = new Map([
    ["maker", provider("maker", maker)],
    ["other", provider("other", { dialects: [{ name: "anthropic-messages", paths: { completion } }] })],
  ]);
  const snapshot = { providers, routes, prices: [] };
  const allowed: Allowed = { name: () => true, target: () => true, asks, ...change };
  return listModels(snapshot, catalog, allowed, 0);
}

const ids = (models: readonly { readonly id: string }[]) => models.map(({ id }) => id);

describe("listModels()", () => {
  test("lists what can be called", () => {
    expect(ids(list({}))).toEqual(["maker/chat-1", "maker/embed-1", "other/chat-2"]);
  });

  test.each([
    ["without a key", { keys: [] }],
    ["whose only key is taken out", { keys: [{ id: "k", name: "k", secret: "s", weight: 0 }] }],
    ["whose key is for other models", { keys: [{ id: "k", name: "k", secret: "s", weight: 1, models: ["x-*"] }] }],
  ])("leaves out a provider %s", (_, change) => {
    expect(ids(list(change))).toEqual(["other/chat-2"]);
  });

  test("leaves out what the caller's dialect cannot ask, or the provider's does not serve", () => {
    expect(ids(list({}, { asks: asks.slice(0, 1) }))).toEqual(["maker/chat-1", "other/chat-2"]);
    const chatOnly = [{ name: "openai-chat", paths: { completion } }];
    expect(ids(list({ dialects: chatOnly }))).toEqual(["maker/chat-1", "other/chat-2"]);
    expect(ids(list({}, { asks: [] }))).toEqual([]);
  });

  test("tells release, limits and the price of now", () => {
    const [first] = list({});
    expect(first).toEqual({
      id: "maker/chat-1",
      ownedBy: "maker",
      releasedOn: "2025-01-02",
      contextTokens: 10,
      price: { version: "v", input: 2_500_000, output: 1 },
    });
  });

  test("tells of an alias what holds for all of its targets", () => {
    const routes = new Map([
      ["smart", { alias: "smart", targets: [{ model: "maker/chat-1", weight: 1 }], fallbacks: ["other/chat-2"] }],
      ["dead", { alias: "dead", targets: [{ model: "gone/x", weight: 1 }], fallbacks: [] }],
    ]);
    expect(list({}, {}, routes)[0]).toEqual({
      id: "smart",
      ownedBy: "headgate",
      releasedOn: "2025-01-02",
      contextTokens: 5,
    });
    expect(ids(list({}, {}, routes))).not.toContain("dead");
  });
});

test("findModel() finds a model that is served and not listed", () => {
  const snapshot = { providers: new Map([["maker", provider("maker", {})]]), routes: new Map(), prices: [] };
  const allowed = { name: () => true, target: () => true, asks };
  expect(findModel("maker/model-1-realtime", snapshot, catalog, allowed, 0)?.id).toBe("maker/model-1-realtime");
  expect(findModel("maker/anything", snapshot, catalog, allowed, 0)?.id).toBe("maker/anything");
  expect(findModel("anything", snapshot, catalog, allowed, 0)).toBeUndefined();
});
