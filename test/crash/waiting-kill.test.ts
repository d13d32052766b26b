import { expect, test } from "bun:test";
import { ask, startPair } from "../e2e/start-pair.ts";
import { recordsIn } from "../harness/records-in.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { failingProviders, scriptFailures } from "./failing-providers.ts";
import { expectInvariants } from "./invariants.ts";
import { limitedConfig, limitedKeys } from "./limited-keys.ts";
import { joined } from "./traffic.ts";

const workers = 2;
const { gateway, provider } = await startPair({
  workers,
  configure: (url) => ({ ...failingProviders(url), ...limitedConfig }),
});
await scriptFailures(provider);

test("requests that wait to be tried again when their worker is killed are recorded, and charged nothing", async () => {
  const requests = 10;
  const headers = { authorization: `Bearer ${limitedKeys.rich}` };
  const post = (model: string) => gateway.post("/v1/chat/completions", ask(model, "hello"), headers);
  const answers = Array.from({ length: requests }, () =>
    post("busy/fake-gpt").then(
      () => "answered",
      () => "broken",
    ),
  );
  await waitUntil("all of them to be refused", async () => (await provider.log()).length === requests);
  // The refusals arrive; they tell to wait for much longer than that.
  await Bun.sleep(2000);
  for (const { role, pid } of gateway.pids()) if (role === "worker") process.kill(pid, "SIGKILL");
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["broken"]));

  const keys = [limitedKeys.rich];
  const account = await expectInvariants({ gateway, workers, witness: joined([]), sentOn: requests, keys });
  expect(account).toEqual({ records: requests, interrupted: requests, charged: requests });
  for (const { cost, team, usage } of await recordsIn(gateway.dataDir)) {
    expect({ cost, team, input: usage?.input, output: usage?.output }).toEqual({
      cost: 0,
      team: "alpha",
      input: 0,
      output: 0,
    });
  }
}, 240_000);
