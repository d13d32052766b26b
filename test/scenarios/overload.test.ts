import { afterAll, expect, test } from "bun:test";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { call, type Got } from "./call.ts";

const secret = "hg-overload-scenarios-0123456789abcdef012345";
const running = 4;

const provider = await startFakeProvider();
afterAll(() => provider.stop());
const gateway = await startHeadgate({
  config: {
    settings: { max_running_requests: running, max_queued_requests: 2, queue_ms: 10 },
    providers: {
      fake: {
        dialect: "openai-chat",
        base_url: `${provider.url}/v1`,
        keys: [{ name: "k", value: "sk-fake-one" }],
        models: [{ id: "fake-gpt", price: { input: 1, output: 2 } }],
      },
    },
    virtual_keys: [{ name: "overload", value: secret }],
  },
  workers: 1,
});
afterAll(() => gateway.stop().then(() => undefined));

test("a worker that is full refuses with 503 within 20 ms, and answers again when it is not", async () => {
  expect((await ask()).status).toBe(200);
  await provider.script({ answer: { kind: "never" }, times: running });
  const end = new AbortController();
  const stuck = Array.from({ length: running }, () => ask(end.signal));
  await waitUntil("the worker to be full", async () => (await provider.log()).length === running + 1, 5000);

  const refused: Got[] = [];
  for (let count = 0; count < 50; count++) refused.push(await ask());
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 503));
  expect(refused.map(({ headers }) => headers["x-headgate-error"])).toEqual(refused.map(() => "overloaded"));
  expect(refused.every(({ headers }) => headers["retry-after"] !== undefined)).toBe(true);
  // The quickest: the machine that runs this test may be busy with others.
  expect(Math.min(...refused.map(({ ms }) => ms))).toBeLessThanOrEqual(20);

  const burst = await Promise.all(Array.from({ length: 50 }, () => ask()));
  expect(burst.map(({ status }) => status)).toEqual(burst.map(() => 503));

  end.abort();
  await Promise.all(stuck);
  const again = async () => (await ask()).status === 200;
  expect(await waitUntil("a place to be free again", again, 3000)).toBe(true);
  expect((await provider.log()).length).toBeLessThanOrEqual(running + 3);
});

function ask(signal?: AbortSignal): Promise<Got> {
  const rest = { form: "whole", content: "hello there", maxTokens: 50, requestId: "overload" } as const;
  const aborting = signal === undefined ? {} : { signal };
  return call({ url: gateway.url, secret, dialect: "openai-chat", model: "fake/fake-gpt", ...rest, ...aborting });
}
