import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { startPair } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { dropPlan, failingJournal, planCrash } from "./crash-step.ts";
import { expectInvariants } from "./invariants.ts";
import { startTraffic } from "./traffic.ts";

const workers = 2;
const { gateway, provider } = await startPair({
  workers,
  program: fileURLToPath(new URL("./mortal-headgate.ts", import.meta.url)),
});

test("while no write to the journal succeeds, no client is told that its answer is complete", async () => {
  const traffic = startTraffic({ gateway: () => gateway, clients: 8 });
  const { complete, unrecorded } = traffic.witness();
  await waitUntil("answers", () => complete.size > 20, 10_000);
  planCrash(gateway.dataDir, failingJournal);
  await waitUntil("failures", () => unrecorded.size > 20, 10_000);
  dropPlan(gateway.dataDir);
  const before = complete.size;
  await waitUntil("service to resume", () => complete.size > before + 20, 10_000);
  await traffic.stop();
  await expectInvariants({ gateway, workers, witness: traffic.witness(), sentOn: complete.size });
  expect((await provider.log()).length).toBeGreaterThan(complete.size);
}, 60_000);
