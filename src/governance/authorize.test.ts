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

describe("assertAddress()", () => {
  const { assertAddress } = createAuthorizer();
  const limited = key({ allowedIps: ["192.0.2.7", "10.0.0.0/8", "2001:db8::/32"] });

  test("takes the addresses and ranges that a key names, in every form, and any where it names none", () => {
    for (const address of ["192.0.2.7", "10.255.0.1", "::ffff:10.1.2.3", "2001:db8:1::5", "2001:DB8::1%eth0"]) {
      expect(() => assertAddress(limited, address)).not.toThrow();
    }
    expect(() => assertAddress(key(), undefined)).not.toThrow();
  });

  test("refuses others with policy_denied, and an address that nobody knows", () => {
    for (const address of ["192.0.2.8", "11.0.0.1", "::1", "2001:db9::1", "not an address", undefined]) {
      expect(() => assertAddress(limited, address)).toThrow("this key may not be used from");
    }
  });
});
