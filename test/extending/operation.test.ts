import { afterAll, expect, test } from "bun:test";
import type { Operation } from "#dialects/operation";
import { budget } from "#governance/fixtures/plain-limits";
import { scratchGovernance } from "#governance/fixtures/scratch-governance";
import type { Content, Journal } from "#journal/journal";
import { laidOut } from "#lib/pieced-bytes";
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

const formType = { "content-type": 'multipart/form-data; boundary="x y"' };
const sound = "\u0089\r\n\0--x\n\u00ff";
const formOf = (model: string, words: number) =>
  Buffer.from(
    [
      `--x y\r\nContent-Disposition: form-data; name="words"\r\n\r\n${words}`,
      `--x y\r\ncontent-disposition: form-data; name="model"\r\nX-Own: 1\r\n\r\n${model}`,
      `--x y\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n${sound}`,
      "--x y--\r\n",
    ].join("\r\n"),
    "latin1",
  );
const heard = { "/hear": ['{"said":"hello","tokens":3}'] };

test("an operation that takes forms passes them on with the model renamed and every other byte the client's", async () => {
  const provider = scriptedProvider(heard);
  const key = governance.key([], { contentLogging: "full" });
  const kept: Content[] = [];
  const journal: Journal = { ...governance.journal, appendContent: (_, content) => kept.push(content) };
  const ask = serveToy({ governance, upstream: provider.upstream, spoken: "toy", key, services: { journal } });
  expect(await ask("/toy/hear", formOf("m", 5), formType)).toMatchObject({ status: 200, text: heard["/hear"][0] });
  expect(provider.asked[0]?.headers).toMatchObject(formType);
  expect(Buffer.from(laidOut(provider.asked[0]?.body ?? ""))).toEqual(formOf("m x", 5));
  const record = governance.records.at(-1);
  expect(record).toMatchObject({ endpoint: "toy.hear", model: "m x", requestBytes: formOf("m", 5).length });
  expect(record?.usage).toMatchObject({ output: 3 });
  expect(kept[0]?.request).toEqual(formOf("m", 5));
});

test("an operation that takes forms is held against budgets by what its fields say", async () => {
  const provider = scriptedProvider(heard);
  const limit = governance.limit(budget(100_000));
  const ask = serveToy({ governance, upstream: provider.upstream, spoken: "toy", key: governance.key([limit]) });
  expect(await ask("/toy/hear", formOf("m", 1000), formType)).toMatchObject({ status: 402 });
  expect(provider.asked).toHaveLength(0);
  expect(await ask("/toy/hear", formOf("m", 5), formType)).toMatchObject({ status: 200 });
});

test("an operation that takes forms refuses what is none, and one that takes JSON refuses a form", async () => {
  const provider = scriptedProvider(heard);
  const ask = serveToy({ governance, upstream: provider.upstream, spoken: "toy" });
  const refused = { status: 400, text: '{"oops":"invalid_request"}' };
  expect(await ask("/toy/hear", asked, { "content-type": "application/json" })).toMatchObject(refused);
  expect(await ask("/toy/hear", formOf("m", 5), { "content-type": "multipart/form-data" })).toMatchObject(refused);
  expect(await ask("/toy/hear", formOf("m", 5).subarray(0, 90), formType)).toMatchObject(refused);
  expect(await ask("/toy/ask", formOf("m", 5), formType)).toMatchObject(refused);
  expect(provider.asked).toHaveLength(0);
});

test("an operation that says nothing of its demand, its charge, its paths or its form does not compile", () => {
  const { body, charge, demand, paths, ...rest } = toy.operations.hear;
  // @ts-expect-error Budgets would hold nothing for it.
  const unbounded: Operation = { ...rest, body, charge, paths };
  // @ts-expect-error Nobody would know whether it costs anything.
  const free: Operation = { ...rest, body, demand, paths };
  // @ts-expect-error It has nowhere to go.
  const lost: Operation = { ...rest, body, charge, demand };
  // @ts-expect-error Its requests could be JSON or forms.
  const unread: Operation = { ...rest, charge, demand, paths };
  // @ts-expect-error No codec writes a form.
  const translated: Operation = { ...toy.operations.completion, body: "multipart" };
  expect([unbounded, free, lost, unread, translated]).toHaveLength(5);
});
