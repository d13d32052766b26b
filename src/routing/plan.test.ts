import { describe, expect, test } from "bun:test";
import type { Provider, Route, Snapshot } from "#core/snapshot";
import { plan } from "./plan";
import { createModelResolver, type ModelCatalog, resolveModel } from "./resolve-model";

const catalog: ModelCatalog = {
  find: (provider, model) =>
    provider === "openai" && model === "gpt-4o" ? { id: model, maxOutputTokens: 16384 } : undefined,
  providersOf: (model) => (model === "gpt-4o" ? ["openai", "openrouter"] : []),
};

function provider(id: string, change: Partial<Provider> = {}): Provider {
  return {
    id,
    baseUrl: `http://127.0.0.1/${id}`,
    auth: "bearer",
    dialects: [{ name: "openai-chat", path: "/chat/completions" }],
    headers: {},
    quirks: [],
    keys: [{ id: "k", name: "main", secret: "s", weight: 1 }],
    timeouts: { connectMs: 1, headersMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
    retries: { max: 0, backoffInitialMs: 1, backoffMaxMs: 1 },
    models: new Map(),
    allowPrivateNetwork: false,
    ...change,
  };
}

function snapshot(providers: readonly Provider[], routes: readonly Route[] = []): Snapshot {
  return {
    sequence: 1,
    settings: {
      auth: "required",
      durability: "process",
      onJournalFailure: "refuse",
      onUnsupported: "drop",
      contentLogging: "off",
      maxBodyBytes: 1,
      maxBufferedBytes: 1,
      retentionDays: 1,
      trustedProxies: [],
    },
    virtualKeys: new Map(),
    routes: new Map(routes.map((route) => [route.alias, route])),
    providers: new Map(providers.map((each) => [each.id, each])),
  };
}

const request = { model: "smart", dialect: "openai-chat", sameDialectOnly: false, allows: () => true } as const;
const names = (targets: ReturnType<typeof plan>) =>
  targets.map(({ provider: { id }, model, key }) => `${id}/${model}#${key.name}`);

describe("resolveModel()", () => {
  test("takes an exact alias before anything else", () => {
    const routes = [{ alias: "gpt-4o", targets: [{ model: "local/x", weight: 1 }], fallbacks: ["openai/y"] }];
    const found = resolveModel("gpt-4o", snapshot([provider("openai"), provider("local")], routes), catalog);
    expect(found?.targets.map(({ ref }) => ref.provider.id)).toEqual(["local"]);
    expect(found?.fallbacks.map((ref) => ref.model)).toEqual(["y"]);
  });

  test("splits provider and model at the first slash", () => {
    const found = resolveModel("openrouter/meta/llama", snapshot([provider("openrouter")]), catalog);
    expect(found?.targets[0]?.ref.model).toBe("meta/llama");
  });

  test("gives a bare name to its maker", () => {
    const found = resolveModel("gpt-4o", snapshot([provider("openrouter"), provider("openai")]), catalog);
    expect(found?.targets[0]?.ref.provider.id).toBe("openai");
    expect(found?.targets[0]?.ref.facts?.maxOutputTokens).toBe(16384);
  });

  test("gives a bare name to the first provider in file order that lists it, where its maker is missing", () => {
    const lists = { models: new Map([["my-model", { id: "my-model" }]]) };
    const found = resolveModel(
      "my-model",
      snapshot([provider("a"), provider("b", lists), provider("c", lists)]),
      catalog,
    );
    expect(found?.targets[0]?.ref.provider.id).toBe("b");
  });

  test("finds nothing for a name that nobody serves", () => {
    expect(resolveModel("nobody/knows", snapshot([provider("openai")]), catalog)).toBeUndefined();
  });
});

describe("createModelResolver()", () => {
  test("looks a name up once per snapshot, and anew in the next", () => {
    let looks = 0;
    const counting: ModelCatalog = {
      ...catalog,
      providersOf: (model) => {
        looks++;
        return catalog.providersOf(model);
      },
    };
    const resolve = createModelResolver(counting);
    const [one, two] = [snapshot([provider("openai")]), snapshot([provider("openrouter")])];
    expect([resolve("gpt-4o", one), resolve("gpt-4o", one)].map((found) => found?.targets[0]?.ref.provider.id)).toEqual(
      ["openai", "openai"],
    );
    expect(looks).toBe(1);
    expect(resolve("gpt-4o", snapshot([]))).toBeUndefined();
    expect(resolve("openrouter/x", two)?.targets[0]?.ref.provider.id).toBe("openrouter");
  });
});

describe("plan()", () => {
  const keys = [
    { id: "1", name: "main", secret: "s", weight: 3 },
    { id: "2", name: "spare", secret: "t", weight: 1, models: ["gpt-4o*"] },
  ];

  test("refuses an unknown model", () => {
    expect(() => plan(request, undefined, Math.random)).toThrow('no model "smart" is configured');
  });

  test("puts fallbacks behind targets and offers every key that covers the model", () => {
    const routes = [{ alias: "smart", targets: [{ model: "a/gpt-4o", weight: 1 }], fallbacks: ["a/other", "b/x"] }];
    const state = snapshot([provider("a", { keys }), provider("b")], routes);
    const targets = plan(request, resolveModel("smart", state, catalog), () => 0.5);
    expect(names(targets)).toEqual(["a/gpt-4o#main", "a/gpt-4o#spare", "a/other#main", "b/x#main"]);
  });

  test("keeps weights over many requests", () => {
    const routes = [
      {
        alias: "smart",
        targets: [
          { model: "a/x", weight: 3 },
          { model: "b/x", weight: 1 },
        ],
        fallbacks: [],
      },
    ];
    const resolution = resolveModel("smart", snapshot([provider("a"), provider("b")], routes), catalog);
    let first = 0;
    for (let at = 0; at < 4000; at++) if (plan(request, resolution, Math.random)[0]?.provider.id === "a") first++;
    expect(first / 4000).toBeGreaterThan(0.7);
    expect(first / 4000).toBeLessThan(0.8);
  });

  test("leaves out targets that the key may not use, and says so when none is left", () => {
    const state = snapshot(
      [provider("a"), provider("b")],
      [{ alias: "smart", targets: [{ model: "a/x", weight: 1 }], fallbacks: ["b/x"] }],
    );
    const resolution = resolveModel("smart", state, catalog);
    const targets = plan({ ...request, allows: (ref) => ref.provider.id !== "a" }, resolution, Math.random);
    expect(names(targets)).toEqual(["b/x#main"]);
    expect(() => plan({ ...request, allows: () => false }, resolution, Math.random)).toThrow("may not use any target");
  });

  test("speaks the client's dialect where the provider lists it, else the first that serves the model", () => {
    const both = [
      { name: "openai-chat", path: "/chat/completions" },
      { name: "anthropic-messages", path: "/messages", models: ["claude-*"] },
    ] as const;
    const state = snapshot([provider("a", { dialects: both })]);
    const spoken = (model: string) =>
      plan({ ...request, dialect: "anthropic-messages" }, resolveModel(model, state, catalog), Math.random)[0]?.dialect
        .name;
    expect(spoken("a/claude-x")).toBe("anthropic-messages");
    expect(spoken("a/gpt")).toBe("openai-chat");
  });

  test("stands in for the key of a provider that takes none", () => {
    const state = snapshot([provider("open", { auth: "none", keys: [] })]);
    expect(names(plan(request, resolveModel("open/x", state, catalog), Math.random))).toEqual(["open/x#none"]);
  });

  test("finds no target for a pass-through that the provider's dialects cannot take, or without a key", () => {
    const state = snapshot([provider("a"), provider("keyless", { keys: [] })]);
    const strict = { ...request, dialect: "anthropic-messages", sameDialectOnly: true } as const;
    expect(() => plan(strict, resolveModel("a/x", state, catalog), Math.random)).toThrow("no provider");
    expect(() => plan(request, resolveModel("keyless/x", state, catalog), Math.random)).toThrow("no provider");
  });
});
