import { expect, test } from "bun:test";
import { readFlags } from "#config/flag";
import { newKeySchema } from "./new-key";

test("newKeySchema makes the body of a new key out of flags", () => {
  const flags = {
    name: "ci",
    team: "search",
    tags: "use_case=tests, tier=a=b",
    models: "smart, openai/*",
    budget: "10/1d,100.5/none",
    rpm: "60",
    tpm: "1000",
    concurrent: "3",
    "expires-at": "2027-01-01",
    "data-dir": "/d",
  };
  expect(readFlags(newKeySchema, flags)).toEqual({
    name: "ci",
    team: "search",
    tags: { use_case: "tests", tier: "a=b" },
    models: ["smart", "openai/*"],
    budgets: [
      { limit_usd: "10", period: "1d" },
      { limit_usd: "100.5", period: "none" },
    ],
    rate_limits: [{ requests: 60, per: "1m" }, { tokens: 1000, per: "1m" }, { concurrent: 3 }],
    expires_at: "2027-01-01",
  });
  expect(readFlags(newKeySchema, {})).toEqual({ name: expect.stringMatching(/^key-\d{14}$/) });
});

test.each([
  [{ rpm: "many" }, 'Cannot use --rpm: needs a whole number, found "many"'],
  [{ budget: "10" }, 'Cannot use --budget: needs dollars and a period such as 10/1d, found "10"'],
  [{ tags: "a=b,c" }, 'Cannot use --tags: needs LABEL=VALUE pairs with commas between them, found "a=b,c"'],
])("newKeySchema refuses %p", (flags, message) => {
  expect(() => readFlags(newKeySchema, flags)).toThrow(message);
});
