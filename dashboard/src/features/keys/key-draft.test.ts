import { expect, test } from "bun:test";
import type { VirtualKey } from "#api/schema.gen";
import { draftOf, emptyKeyDraft, newKeyFrom, patchBetween } from "./key-draft";

const key: VirtualKey = {
  id: "1",
  name: "ci",
  team: "search",
  tags: { env: "prod" },
  models: ["*"],
  blocked: [],
  endpoints: ["*"],
  allowed_ips: [],
  self_view: "requests",
  version: "1",
  active: true,
  budgets: [{ limit_usd: "10", period: "1mo" }],
  hint: "hg-1234",
  source: "store",
  read_only: false,
};

test("patchBetween() names what differs and nothing else, and null for what was emptied", () => {
  const before = draftOf(key);
  expect(patchBetween(before, before)).toEqual({});
  expect(patchBetween(before, { ...before, team: "", models: "openai/*, demo/echo", limits: [] })).toEqual({
    team: null,
    models: ["openai/*", "demo/echo"],
    budgets: null,
  });
});

test("patchBetween() the other way round takes a change back", () => {
  const before = draftOf(key);
  const after = { ...before, tags: "env:test, batch", team: "" };
  expect(patchBetween(after, before)).toEqual({ tags: { env: "prod" }, team: "search" });
});

test("newKeyFrom() leaves out what was left empty", () => {
  const body: unknown = JSON.parse(JSON.stringify(newKeyFrom({ ...emptyKeyDraft, name: " ci " })));
  expect(body).toEqual({ name: "ci" });
});
