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
}, 30_000);
