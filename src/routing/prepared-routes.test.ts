import { describe, expect, test } from "bun:test";
import { createTargets } from "./fixtures/targets";
import type { PreparedRoute } from "./plan";
import { PreparedRoutes } from "./prepared-routes";

const target = createTargets().target("p/m#1");

/** To a model that is listed, or to one that is not. */
const route = (isUnlisted?: true): PreparedRoute => ({
  inOrder: [],
  resolution: {
    strategy: "weighted",
    targets: [{ ref: isUnlisted ? { ...target, isUnlisted } : target, weight: 1 }],
    fallbacks: [],
  },
  strategy: undefined,
  allowed: () => [],
  all: () => [],
  withoutTargets: () => [],
});
const [first, second] = [{ snapshot: 1 }, { snapshot: 2 }];
const [some, others] = [{ access: 1 }, { access: 2 }];

function findOrKeep(routes: PreparedRoutes, model: string, isUnlisted?: true): boolean {
  if (routes.find(first, some, model) !== undefined) return true;
  routes.keep(some, model, route(isUnlisted));
  return false;
}

describe("PreparedRoutes", () => {
  test("find() gives what was kept for the same access and model, until another snapshot comes", () => {
    const routes = new PreparedRoutes();
    const made = route();
    expect(routes.find(first, some, "m")).toBeUndefined();
    routes.keep(some, "m", made);
    expect(routes.find(first, some, "m")).toBe(made);
    expect(routes.find(first, others, "m")).toBeUndefined();
    expect(routes.find(first, some, "n")).toBeUndefined();
    expect(routes.find(second, some, "m")).toBeUndefined();
    expect(routes.find(first, some, "m")).toBeUndefined();
  });

  test("find() keeps what is in use, and of other names no more than its bound, while a client makes up names", () => {
    const routes = new PreparedRoutes(16);
    findOrKeep(routes, "useful");
    for (let made = 0; made < 1000; made++) {
      expect(findOrKeep(routes, `made-up-${made}`)).toBe(false);
      if (made % 4 === 0) expect(findOrKeep(routes, "useful")).toBe(true);
    }
    const known = Array.from({ length: 1000 }, (_, made) => routes.find(first, some, `made-up-${made}`));
    expect(known.filter((found) => found !== undefined).length).toBeLessThanOrEqual(16);
  });

  test("keep() remembers an eighth as many routes to models that nobody lists", () => {
    const kept = [undefined, true as const].map((isUnlisted) => {
      const routes = new PreparedRoutes(64);
      for (let made = 0; made < 1000; made++) findOrKeep(routes, `m-${made}`, isUnlisted);
      return Array.from({ length: 1000 }, (_, made) => routes.find(first, some, `m-${made}`)).filter(Boolean).length;
    });
    expect(kept.map((count) => count <= 64)).toEqual([true, true]);
    expect(kept[1]).toBeLessThanOrEqual(8);
    expect(kept[0]).toBeGreaterThan(32);
  });
});
