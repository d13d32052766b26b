import { describe, expect, test } from "bun:test";
import { newHealth } from "#core/health";
import type { Provider, Route, Snapshot } from "#core/snapshot";
import type { Target } from "#core/target";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import type { Admission } from "./health";
import { createPlanner, type PlanRequest } from "./plan";
import { createModelResolver, type ModelCatalog, type Resolution, resolveModel } from "./resolve-model";
import { strategies } from "./strategies/registry";

const catalog: ModelCatalog = {
  find: (provider, model) =>
    provider === "openai" && model === "gpt-4o" ? { id: model, maxOutputTokens: 16384 } : undefined,
  lists: (provider, model) => ["openai", "openrouter"].includes(provider) && model === "gpt-4o",
  providersOf: (model) => (model === "gpt-4o" ? ["openai", "openrouter"] : []),
};

function provider(id: string, change: Partial<Provider> = {}): Provider {
  return {
    id,
    baseUrl: `http://127.0.0.1/${id}`,
    auth: "bearer",
    dialects: [spoken("openai-chat")],
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
      requirePrice: false,
      defaultMaxOutputTokens: 1,
      defaultContextTokens: 1,
      maxAttempts: 1,
      attemptDeadlineMs: 1,
      maxRunning: 1,
      maxQueued: 1,
      queueMs: 1,
    },
    teams: new Map(),
    customers: new Map(),
    limits: [],
    prices: [],
    virtualKeys: new Map(),
    routes: new Map(routes.map((route) => [route.alias, route])),
    providers: new Map(providers.map((each) => [each.id, each])),
  };
}

const asked = { dialect: "openai-chat", operation: "completion", translates: true };
const request: PlanRequest = { model: "smart", asked, needsTarget: true, allows: () => true };
const names = (targets: readonly Target[]) =>
  targets.map(({ provider: { id }, model, key }) => `${id}/${model}#${key.name}`);

const planner = createPlanner(strategies);
const open: Admission = { state: "open" };
const plan = (
  asked: PlanRequest,
  resolution: Resolution | undefined,
  random: () => number,
  admissionOf: (target: Target) => Admission = () => open,
) => {
  const health = { admission: admissionOf, state: () => newHealth };
  return planner.plan(planner.prepare(asked, resolution), health, random).map(({ target }) => target);
};

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

  test("prices a target by its own entry, else by the operator's first override that matches, else by the catalog", () => {
    const dated = (version: string) => ({ fromMs: 0, price: { version, input: 1, output: 1 } });
    const own = { models: new Map([["mine", { id: "mine", prices: [dated("own")] }]]) };
    const state = {
      ...snapshot([provider("openai", own)]),
      prices: [
        { provider: "azure*", model: "*", ...dated("no") },
        { model: "m*", ...dated("a") },
        { model: "*", ...dated("b") },
      ],
    };
    const version = (model: string, prices = state.prices) => {
      const found = resolveModel(`openai/${model}`, { ...state, prices }, catalog);
      return found?.targets[0]?.ref.facts?.prices?.map(({ price }) => price.version);
    };
    expect([version("mine"), version("my"), version("gpt-4o")]).toEqual([["own"], ["a"], ["b"]]);
    expect(version("gpt-4o", [])).toEqual(catalog.find("openai", "gpt-4o")?.prices?.map(({ price }) => price.version));
  });

  test("finds nothing for a name that nobody serves", () => {
    expect(resolveModel("nobody/knows", snapshot([provider("openai")]), catalog)).toBeUndefined();
  });
});

test("resolveModel() tells names that neither configuration, a route nor the catalog has, made-up dates among them", () => {
  const route = { alias: "smart", targets: [{ model: "openai/in-route", weight: 1 }], fallbacks: ["openai/fallback"] };
  const openai = provider("openai", { models: new Map([["own", { id: "own" }]]) });
  const dated: ModelCatalog = { ...catalog, find: (at, model) => catalog.find(at, model.slice(0, "gpt-4o".length)) };
  const prices = [{ provider: "openai", model: "*", fromMs: 0, price: { version: "a", input: 1, output: 1 } }];
  const isUnlisted = (model: string) =>
    resolveModel(model, { ...snapshot([openai], [route]), prices }, dated)?.targets[0]?.ref.isUnlisted === true;
  const listed = ["gpt-4o", "openai/gpt-4o", "openai/own", "openai/in-route", "openai/fallback", "smart"];
  expect(listed.filter(isUnlisted)).toEqual([]);
  expect(["openai/made-up", "openai/gpt-4o-20240102"].filter((name) => !isUnlisted(name))).toEqual([]);
});

describe("createModelResolver()", () => {
  test("remembers no name that a client may have made up", () => {
    const resolve = createModelResolver(catalog);
    const state = snapshot([provider("openai")]);
    expect(resolve("openai/gpt-4o", state)).toBe(resolve("openai/gpt-4o", state));
    expect(resolve("openai/made-up", state)).not.toBe(resolve("openai/made-up", state));
  });

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

  test("refuses a route whose strategy it does not know, which a newer version may have sent", () => {
    const targets = [
      { model: "a/x", weight: 1 },
      { model: "b/x", weight: 1 },
    ];
    const routes = [{ alias: "smart", strategy: "clairvoyant", targets, fallbacks: [] }];
    const resolution = resolveModel("smart", snapshot([provider("a"), provider("b")], routes), catalog);
    const refusal = catchError(() => plan(request, resolution, Math.random));
    expect(refusal).toMatchObject({ code: "no_target_available" });
    expect(refusal).toHaveProperty("message", expect.stringContaining('the strategy "clairvoyant"'));
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
    const both = [spoken("openai-chat"), { ...spoken("anthropic-messages"), models: ["claude-*"] }];
    const state = snapshot([provider("a", { dialects: both })]);
    const dialectOf = (model: string) =>
      plan(
        { ...request, asked: { ...asked, dialect: "anthropic-messages" } },
        resolveModel(model, state, catalog),
        Math.random,
      )[0]?.dialect.name;
    expect(dialectOf("a/claude-x")).toBe("anthropic-messages");
    expect(dialectOf("a/gpt")).toBe("openai-chat");
  });

  test("stands in for the key of a provider that takes none", () => {
    const state = snapshot([provider("open", { auth: "none", keys: [] })]);
    expect(names(plan(request, resolveModel("open/x", state, catalog), Math.random))).toEqual(["open/x#none"]);
  });

  test("finds no target without a key, which is no mistake of the client", () => {
    const state = snapshot([provider("keyless", { keys: [] })]);
    const refusal = catchError(() => plan(request, resolveModel("keyless/x", state, catalog), Math.random));
    expect(refusal).toMatchObject({ code: "no_target_available", status: 503 });
  });

  test("says of what cannot be translated that the model is not there, for asking again would not help", () => {
    const strict = { ...request, asked: { ...asked, dialect: "anthropic-messages", translates: false } };
    const resolution = resolveModel("a/x", snapshot([provider("a")]), catalog);
    const refusal = catchError(() => plan(strict, resolution, Math.random));
    expect(refusal).toMatchObject({ code: "model_not_found", status: 404 });
    expect(refusal).toHaveProperty("message", expect.stringContaining("cannot be translated"));
  });
});

describe("plan() by health", () => {
  const closed: Admission = { state: "closed", why: "ejected", untilMs: 1 };
  const state = snapshot(
    [provider("a"), provider("b"), provider("c"), provider("d", { keys: [key("1"), key("2")] })],
    [
      {
        alias: "smart",
        targets: ["a", "b", "c"].map((id) => ({ model: `${id}/x`, weight: id === "b" ? 3 : 1 })),
        fallbacks: ["d/x"],
      },
    ],
  );
  const resolution = resolveModel("smart", state, catalog);
  const order = (out: readonly string[], random = Math.random) =>
    names(plan(request, resolution, random, (target) => (out.includes(names([target])[0] ?? "") ? closed : open)));

  test("puts targets that are closed behind all others, fallbacks too", () => {
    const orders = Array.from({ length: 50 }, () => order(["a/x#main", "d/x#1"]));
    for (const each of orders) {
      expect(each.slice(0, 2).toSorted()).toEqual(["b/x#main", "c/x#main"]);
      expect(each.slice(2)).toEqual(["d/x#2", "a/x#main", "d/x#1"]);
    }
  });

  test("keeps the weights among the healthy ones", () => {
    const firsts = Array.from({ length: 4000 }, () => order(["a/x#main"])[0]);
    const share = firsts.filter((first) => first === "b/x#main").length / firsts.length;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.8);
  });

  test("takes nobody away, also when all are closed", () => {
    expect(order(["a/x#main", "b/x#main", "c/x#main", "d/x#1", "d/x#2"])).toHaveLength(5);
  });

  test("lets the one that awaits a probe keep its place, and says where each comes from", () => {
    const probing = { admission: () => ({ state: "probe" }) as const, state: () => newHealth };
    const planned = planner.plan(planner.prepare(request, resolution), probing, () => 0.5);
    expect(planned.map(({ from }) => from)).toEqual(["target", "target", "target", "fallback", "fallback"]);
    expect(planned.every(({ admission }) => admission.state === "probe")).toBe(true);
  });

  test("does not look at the health of a single target", () => {
    const single = resolveModel("a/x", state, catalog);
    const looked = () => {
      throw new Error("looked");
    };
    expect(names(plan(request, single, Math.random, looked))).toEqual(["a/x#main"]);
  });

  test("gives the same target objects every time, so that what is known of them is found again", () => {
    const [once] = plan(request, resolution, () => 0.5);
    const [again] = plan(request, resolution, () => 0.5);
    expect(once === again).toBe(true);
  });
});

function key(name: string) {
  return { id: name, name, secret: "s", weight: 1 };
}

function catchError(run: () => unknown): unknown {
  try {
    return run();
  } catch (cause) {
    return cause;
  }
}
