import { expect, test } from "bun:test";
import type { Provider, Route } from "#core/snapshot";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { createTargets } from "./fixtures/targets";
import { plainModelName } from "./plain-name";

const { target } = createTargets();
const gem: Provider = {
  ...target("gem/x#k").provider,
  dialects: [spoken("gemini")],
  models: new Map([["models/own", { id: "models/own" }]]),
};
const local: Provider = {
  ...target("local/x#k").provider,
  dialects: [spoken("openai-chat")],
  models: new Map([["models/mine", { id: "models/mine" }]]),
};
const routes = ["fast", "models/named"].map((alias): Route => ({ alias, targets: [], fallbacks: [] }));
const snapshot = {
  providers: new Map([gem, local].map((each) => [each.id, each])),
  routes: new Map(routes.map((route) => [route.alias, route])),
};
const plain = (name: string) => plainModelName(name, snapshot);

test("plainModelName() takes Google's resource off a name, however often it stands there", () => {
  for (const name of [
    "gem/x",
    "gem/models/x",
    "gem/models/models/x",
    "gem/publishers/google/models/x",
    "models/gem/x",
    "models/models/gem/x",
    "models/gem/models/x",
    "publishers/gem/models/x",
    "publishers/gem/models/models/x",
    "publishers/google/models/gem/x",
    "publishers/google/models/gem/models/x",
    "projects/p/locations/l/publishers/gem/models/x",
    "projects/p/locations/l/publishers/google/models/gem/x",
  ])
    expect([name, plain(name)]).toEqual([name, "gem/x"]);
  for (const name of [
    "x",
    "models/x",
    "publishers/google/models/x",
    "projects/p/locations/l/publishers/google/models/x",
  ])
    expect([name, plain(name)]).toEqual([name, "x"]);
  for (const name of ["models/fast", "publishers/google/models/fast"]) expect(plain(name)).toBe("fast");
});

test("plainModelName() leaves a name that is configured as it stands, and what only looks like a resource", () => {
  const names = [
    "models/named",
    "gem/models/own",
    "models/mine",
    "local/models/other",
    "local/a/models/b",
    "gem/a/models/b",
  ];
  for (const name of [...names, "models/", "models", "gem/models/", "/models/x", ""]) expect(plain(name)).toBe(name);
});

test("plainModelName() reads a name of a million characters", () => {
  const prefixes = "models/".repeat(150_000);
  expect(plain(`${prefixes}gem/x`)).toBe("gem/x");
  expect(plain(`gem/${prefixes}x`)).toBe("gem/x");
});
