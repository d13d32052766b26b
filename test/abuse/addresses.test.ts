import { expect, test } from "bun:test";
import { ask, startPair, twoProviders } from "../e2e/start-pair.ts";

const { gateway } = await startPair({
  configure: (url) => ({
    ...twoProviders(url),
    settings: { max_running_per_address: 2, trusted_proxies: ["127.0.0.1"] },
  }),
});
const chat = "/v1/chat/completions";

function from(address: string, say: string, stream = false): Promise<Response> {
  return gateway.post(chat, ask("oai/fake-gpt", say, { stream }), { "x-forwarded-for": address });
}

test("an address has as many requests running as settings.max_running_per_address says, as trusted proxies tell it", async () => {
  const long = "[[say:one two three]] [[delay:1500]]";
  const running = await Promise.all([from("192.0.2.1", long, true), from("192.0.2.1", long, true)]);
  const refused = await from("192.0.2.1", "hello");
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ error: { code: "too_many_concurrent" } });
  expect((await from("192.0.2.2", "hello")).status).toBe(200);
  // What a client says before the proxy added its own address is not believed.
  expect((await from("192.0.2.9, 192.0.2.1", "hello")).status).toBe(429);
  for (const stream of running) expect(await stream.text()).toContain("[DONE]");
  expect((await from("192.0.2.1", "hello")).status).toBe(200);
}, 240_000);

test("an address that tries many keys is told so, and a right key from it passes all the while", async () => {
  const ask = (path: string, key: string) =>
    fetch(gateway.url + path, { headers: { authorization: `Bearer ${key}`, "x-forwarded-for": "192.0.2.77" } });
  const statuses: number[] = [];
  for (let index = 0; index < 40; index++) {
    const answer = index % 2 === 0 ? await ask("/v1/models", `hg-guess-${index}`) : await post(`hg-guess-${index}`);
    statuses.push(answer.status);
  }
  expect(statuses.slice(0, 30)).toEqual(Array<number>(30).fill(401));
  expect(statuses.slice(30)).toEqual(Array<number>(10).fill(429));
  // The same mistake again is none of them.
  expect((await ask("/v1/models", "hg-guess-2")).status).toBe(401);
  expect((await ask("/v1/models", gateway.key)).status).toBe(200);
  expect((await from("192.0.2.77", "hello")).status).toBe(200);
}, 240_000);

function post(key: string): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, "x-forwarded-for": "192.0.2.77" };
  return gateway.post(chat, ask("oai/fake-gpt", "hello"), headers);
}
