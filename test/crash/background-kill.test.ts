import { afterAll, expect, test } from "bun:test";
import { startPair } from "../e2e/start-pair.ts";
import { recordsIn } from "../harness/records-in.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { expectInvariants } from "./invariants.ts";
import { limitedConfig, limitedKeys } from "./limited-keys.ts";
import { joined } from "./traffic.ts";

const workers = 1;
const asked = { made: 0, polled: 0 };

/** A provider that goes on for as long as it is asked. */
const makingProvider = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: ({ method }) => {
    if (method === "POST") asked.made++;
    else asked.polled++;
    const status = method === "POST" ? "queued" : "in_progress";
    const id = `resp_${asked.made}`;
    return Response.json({ id, object: "response", status, background: true, model: "m", error: null, output: [] });
  },
});
afterAll(() => makingProvider.stop(true));

const { gateway } = await startPair({
  workers,
  configure: () => ({
    providers: {
      up: {
        dialect: "openai-responses",
        base_url: `http://127.0.0.1:${makingProvider.port}/v1`,
        keys: [{ name: "k", value: "sk-up" }],
        models: [{ id: "m", price: { input: 1, output: 2 }, context: 1000, max_output: 100 }],
      },
    },
    ...limitedConfig,
  }),
});

test("an answer in the background whose worker is killed is charged once, as it was held, and holds nothing any more", async () => {
  const headers = { authorization: `Bearer ${limitedKeys.rich}` };
  const body = { model: "up/m", input: "hello", background: true, max_output_tokens: 40 };
  const made = await gateway.post("/v1/responses", body, headers);
  expect(made.status).toBe(200);
  const [, id = ""] = /"id":"(resp_hg_[\w-]+)"/.exec(await made.text()) ?? [];
  expect(id).not.toBe("");
  await waitUntil("it to be asked for", async () => asked.polled > 0);
  for (const { role, pid } of gateway.pids()) if (role === "worker") process.kill(pid, "SIGKILL");

  const keys = [limitedKeys.rich];
  const account = await expectInvariants({ gateway, workers, witness: joined([]), sentOn: 1, keys });
  expect(account).toEqual({ records: 1, interrupted: 1, charged: 1 });
  const [record] = await recordsIn(gateway.dataDir);
  expect(record).toMatchObject({ outcome: "interrupted", team: "alpha", usage: { output: 40, estimated: true } });
  expect(record?.cost).toBeGreaterThan(80_000);

  // The id is worth the same to the worker that came after.
  const found = await waitUntil("a worker", async () => {
    const answer = await fetch(`${gateway.url}/v1/responses/${id}`, { headers }).catch(() => undefined);
    return answer?.status === 200 ? answer : undefined;
  });
  expect(await found.json()).toMatchObject({ id, status: "in_progress" });
}, 240_000);
