import { describe, expect, test } from "bun:test";
import type { VirtualKey } from "#core/snapshot";
import { createAuthorizer } from "./authorize";

const key = (change: Partial<VirtualKey> = {}): VirtualKey => ({
  id: "k",
  name: "k",
  active: true,
  tags: {},
  models: ["*"],
  blocked: [],
  endpoints: ["*"],
  limits: [],
  slot: { index: 0, tag: 1 },
  ...change,
});

describe("accessOf()", () => {
  test("is one object for keys with the same lists, another for each endpoint and for other lists", () => {
    const { accessOf } = createAuthorizer();
    const lists = { models: ["gpt-*"], blocked: [], endpoints: ["*"] };
    const [one, two] = [key({ id: "1", ...lists }), key({ id: "2", ...lists })];
    expect(accessOf(one, "messages")).toBe(accessOf(two, "messages"));
    expect(accessOf(one, "messages")).not.toBe(accessOf(one, "embeddings"));
    expect(accessOf(one, "messages")).not.toBe(accessOf(key({ ...lists, blocked: ["a/*"] }), "messages"));
    expect(accessOf(undefined, "messages")).toBe(accessOf(undefined, "messages"));
  });

  test("refuses an endpoint each time, and does not take one key's lists for another's", () => {
    const { accessOf } = createAuthorizer();
    const models = ["*"];
    const narrow = key({ models, endpoints: ["embeddings"] });
    const wide = key({ models });
    expect(accessOf(wide, "messages").allowsModel("m")).toBe(true);
    for (let time = 0; time < 2; time++) expect(() => accessOf(narrow, "messages")).toThrow('the endpoint "messages"');
  });
});
