import { afterAll, expect, test } from "bun:test";
import type { Operation } from "#dialects/operation";
import { scratchGovernance } from "#governance/fixtures/scratch-governance";
import { scriptedProvider } from "./scripted-provider";
import { serveToy } from "./serve-toy";
import { toy } from "./toy-dialect";

const governance = scratchGovernance();
afterAll(governance.remove);

const asked = { say: "hi", model: "m" };

test("an operation that is added to a dialect goes to its own path, and is not charged where it says so", async () => {
  const provider = scriptedProvider({ "/spell": ['{"spelt":"h-i"}'] });
  const ask = serveToy({ governance, upstream: provider.upstream, spoken: "toy" });
  expect(await ask("/toy/v1/spell", asked)).toMatchObject({ status: 200, text: '{"spelt":"h-i"}', estimated: null });
  expect(provider.asked[0]?.url).toBe("http://p/spell");
  expect(governance.records.at(-1)).toMatchObject({ endpoint: "toy.spell", model: "m x" });
  expect(governance.records.at(-1)?.usage).toBeUndefined();
});

test("an operation that never streams is whole whatever the request says", async () => {
  const provider = scriptedProvider({ "/spell": ['{"spelt":"h-i"}'] });
  const ask = serveToy({ governance, upstream: provider.upstream, spoken: "toy" });
  expect(await ask("/toy/spell", { ...asked, stream: true })).toMatchObject({ type: "application/json" });
  expect(provider.asked[0]?.headers.accept).toBe("application/json");
});

test("an operation that the gateway can answer itself is answered where no provider does", async () => {
  const local = { status: 200, text: '{"spelt":"hi"}', estimated: "spelt" };
  const missing = scriptedProvider({});
  expect(await serveToy({ governance, upstream: missing.upstream, spoken: "toy" })("/toy/spell", asked)).toMatchObject(
    local,
  );
  expect(missing.asked).toHaveLength(1);
  const foreign = scriptedProvider({});
  const ask = serveToy({ governance, upstream: foreign.upstream, spoken: "openai-chat" });
  expect(await ask("/toy/spell", asked)).toMatchObject(local);
  expect(foreign.asked).toHaveLength(0);
});

test("an operation whose answer is bytes passes them on with their type, and an error as an error", async () => {
  const provider = scriptedProvider({ "/paint": ["\u0089PNG"] }, "image/png");
  const ask = serveToy({ governance, upstream: provider.upstream, spoken: "toy" });
  expect(await ask("/toy/paint", asked)).toMatchObject({ status: 200, type: "image/png", text: "\u0089PNG" });
  expect(provider.asked[0]?.headers.accept).toBe("image/*");
  expect(governance.records.at(-1)).toMatchObject({ endpoint: "toy.paint", usage: { output: 5 } });
  const failing = scriptedProvider({ "/paint": ['{"error":{"message":"out of paint"}}'] }, "application/json");
  const refused = serveToy({ governance, upstream: failing.upstream, spoken: "toy" });
  expect(await refused("/toy/paint", asked)).toMatchObject({ status: 502, text: '{"oops":"upstream_error"}' });
});

test("an operation that says nothing of its demand, its charge or its paths does not compile", () => {
  const { charge, demand, paths, ...rest } = toy.operations.spell;
  // @ts-expect-error Budgets would hold nothing for it.
  const unbounded: Operation = { ...rest, charge, paths };
  // @ts-expect-error Nobody would know whether it costs anything.
  const free: Operation = { ...rest, demand, paths };
  // @ts-expect-error It has nowhere to go.
  const lost: Operation = { ...rest, charge, demand };
  expect([unbounded, free, lost]).toHaveLength(3);
});
