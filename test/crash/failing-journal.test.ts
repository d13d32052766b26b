import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { startPair } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { dropPlan, failingJournal, planCrash } from "./crash-step.ts";
import { expectInvariants } from "./invariants.ts";
import { amplyLimited, limitedConfig } from "./limited-keys.ts";
import { startTraffic } from "./traffic.ts";

const workers = 2;
const clients = 8;
const { gateway, provider } = await startPair({
  workers,
  program: fileURLToPath(new URL("./mortal-headgate.ts", import.meta.url)),
  configure: () => limitedConfig,
});

test("while no write to the journal succeeds, requests are refused before they cost anything, and nobody is told of a complete answer", async () => {
  const traffic = startTraffic({ gateway: () => gateway, clients, keys: amplyLimited });
  const { complete, refused, unrecorded } = traffic.witness();
  await waitUntil("answers", () => complete.size > 20, 10_000);
  planCrash(gateway.dataDir, failingJournal);
  await waitUntil("both workers to be unready", async () => {
    const asked = Array.from({ length: 8 }, () => fetch(`${gateway.url}/readyz`, { keepalive: false }));
    return (await Promise.all(asked)).every(({ status }) => status === 503);
  });
  const sent = (await provider.log()).length;
  await waitUntil("refusals", () => refused.size > 40, 10_000);
  expect([...new Set(refused.values())]).toEqual(["overloaded"]);
  // What ran when it began; a probe that the crash plan does not stop is none.
  expect(unrecorded.size).toBeWithin(1, clients + 1);
  expect((await provider.log()).length).toBe(sent);

  dropPlan(gateway.dataDir);
  const before = complete.size;
  await waitUntil("service to resume", () => complete.size > before + 20, 10_000);
  await traffic.stop();
  const given = { gateway, workers, witness: traffic.witness(), keys: amplyLimited };
  await expectInvariants({ ...given, sentOn: (await provider.log()).length - unrecorded.size });
}, 240_000);
