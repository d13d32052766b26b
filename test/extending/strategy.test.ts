import { expect, test } from "bun:test";
import type { Provider, Route } from "#core/snapshot";
import type { Target } from "#core/target";
import { createMemoryHealth } from "#routing/fixtures/memory-health";
import { createTargets, nameOf } from "#routing/fixtures/targets";
import { healthSettings } from "#routing/health";
import { createPlanner, type PlanRequest } from "#routing/plan";
import { resolveModel } from "#routing/resolve-model";
import { strategies } from "#routing/strategies/registry";
import type { Strategies, Strategy } from "#routing/strategies/strategy";
import { createTargetHealth } from "#routing/target-health";

/** A strategy is a value: here the target whose fastest key answers soonest comes first, and slow ones are left out. */
const soonest: Strategy = {
  summary: "the one that answers soonest",
  order: (targets, { health }) => {
    const latencyMs = new Map(
      targets.map((target) => [target, Math.min(...health(target).map((row) => row.latencyMs))]),
    );
    const of = (target: (typeof targets)[number]) => latencyMs.get(target) ?? 0;
    return targets.filter((target) => of(target) < 1000).toSorted((one, other) => of(one) - of(other));
  },
};

const providers = new Map<string, Provider>();
const { target } = createTargets();
for (const id of ["a", "b", "c", "d"]) {
  const { provider } = target(`${id}/m`);
  providers.set(id, { ...provider, keys: ["1", "2"].map((name) => ({ id: name, name, secret: "s", weight: 1 })) });
}
const route: Route = {
  alias: "smart",
  strategy: "soonest",
  targets: ["a/m", "b/m", "c/m"].map((model) => ({ model, weight: 1 })),
  fallbacks: ["d/m"],
};

test("a strategy that is added to the table orders the targets of the routes that name it", () => {
  const clock = { machineMs: () => 0 };
  const health = createTargetHealth(createMemoryHealth(), clock, () => 0.5, healthSettings);
  const planner = createPlanner({ ...strategies, soonest });
  const catalog = { find: () => undefined, lists: () => false, providersOf: () => [] };
  const resolution = resolveModel("smart", { routes: new Map([["smart", route]]), providers }, catalog);
  const asked = { dialect: "openai-chat", operation: "completion", translates: true };
  const request: PlanRequest = { model: "smart", asked, needsTarget: true, allows: () => true };
  const prepared = planner.prepare(request, resolution);
  const plan = () => planner.plan(prepared, health, () => 0.5).map(({ target: planned }) => planned);
  const answered = (planned: Target, latencyMs: number) =>
    health.succeeded(planned, { startedMs: 0, isRetry: false }, latencyMs);

  const latenciesMs = new Map([
    ["a/m#1", 300],
    ["a/m#2", 200],
    ["b/m#1", 100],
    ["b/m#2", 400],
    ["c/m#1", 2000],
    ["c/m#2", 3000],
  ]);
  for (const planned of plan()) {
    const latencyMs = latenciesMs.get(nameOf(planned));
    if (latencyMs !== undefined) answered(planned, latencyMs);
  }
  const models = plan().map(({ provider }) => provider.id);
  expect(models).toEqual(["b", "b", "a", "a", "d", "d"]);
});

test("a strategy without an order, or without words for the reference page, does not compile", () => {
  // @ts-expect-error An order is missing.
  const silent: Strategies = { silent: { summary: "says nothing" } };
  // @ts-expect-error A summary is missing.
  const nameless: Strategies = { nameless: { order: (targets) => targets } };
  expect([silent, nameless]).toHaveLength(2);
});
