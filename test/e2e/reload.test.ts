import { expect, test } from "bun:test";
import { waitUntil } from "../harness/wait-until.ts";
import { ask, full, startPair, twoProviders } from "./start-pair.ts";

const { gateway, provider, story } = await startPair({ workers: 2 });
const testKey = [{ name: "test", value: gateway.key }];

test("a reload under load fails nothing", async () => {
  const until = Date.now() + (full ? 30_000 : 3000);
  const failures: string[] = [];
  let done = 0;
  let reloads = 0;
  /** For a time, and longer on a machine on which it brings few requests. */
  const goesOn = () => Date.now() < until || done <= 50;
  const client = async (stream: boolean) => {
    while (goesOn()) {
      const response = await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "[[words:20]]", { stream }));
      const text = await response.text();
      if (response.status !== 200 || !text.includes("word19")) failures.push(`${response.status} ${text.slice(-300)}`);
      done += 1;
    }
  };
  const reloader = async () => {
    for (; goesOn(); reloads += 1) {
      gateway.reload({
        ...twoProviders(provider.url),
        virtual_keys: testKey,
        routes: [{ alias: `alias-${reloads}`, targets: [{ model: "oai/fake-gpt" }] }],
      });
      await Bun.sleep(200);
    }
  };
  await Promise.all([client(false), client(false), client(true), client(true), reloader()]);
  expect(failures, await story()).toEqual([]);
}, 240_000);

test("what a reload brings is there at once, and what it takes away is gone", async () => {
  gateway.reload({
    ...twoProviders(provider.url),
    virtual_keys: testKey,
    routes: [{ alias: "fresh", targets: [{ model: "oai/fake-gpt" }] }],
  });
  await waitUntil(
    "the new alias",
    async () => (await gateway.post("/v1/chat/completions", ask("fresh", "hello"))).status === 200,
    5000,
  );
  gateway.reload({ ...twoProviders(provider.url), virtual_keys: testKey });
  await waitUntil(
    "the alias to go",
    async () => (await gateway.post("/v1/chat/completions", ask("fresh", "hello"))).status === 404,
    5000,
  );
});

test("a wrong file is refused with its reason and the old configuration stays", async () => {
  gateway.reload({ ...twoProviders(provider.url), virtual_keys: testKey, rotues: [] });
  await waitUntil("the reason in the log", () => gateway.output().includes("rotues"), 5000);
  expect((await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "hello"))).status).toBe(200);
});

test("a key made over the API works at once and a revoked one stops at once", async () => {
  const made = await gateway.admin("POST", "/api/virtual-keys", { name: "fresh-key" });
  const text = await made.text();
  const secret = /hg-[0-9A-Za-z]{20,}/.exec(text)?.[0] ?? text;
  const id = /"id":\s*"([^"]+)"/.exec(text)?.[1] ?? text;
  const use = async () =>
    (await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "hello"), { authorization: `Bearer ${secret}` }))
      .status;
  // Several times: each connection may be another worker's.
  for (let round = 0; round < 6; round += 1) expect(await use(), text).toBe(200);
  expect((await gateway.admin("DELETE", `/api/virtual-keys/${id}`)).ok).toBe(true);
  for (let round = 0; round < 6; round += 1) expect(await use()).toBe(401);
});
