import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { full, startPair } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { crashSteps, isPlanned, planCrash } from "./crash-step.ts";
import { expectInvariants } from "./invariants.ts";
import { joined, startTraffic, type Witness } from "./traffic.ts";

const workers = 2;
const { gateway, provider, story } = await startPair({
  workers,
  program: fileURLToPath(new URL("./crashing-headgate.ts", import.meta.url)),
});
const all: Witness[] = [];

for (const step of crashSteps) {
  for (const streams of full ? (["none", "all"] as const) : (["half"] as const)) {
    test(`a worker killed at ${step} loses nothing (streams: ${streams})`, async () => {
      const before = pids();
      const traffic = startTraffic({ gateway: () => gateway, clients: 8, streams });
      planCrash(gateway.dataDir, step);
      await waitUntil("a worker to come to that point", () => !isPlanned(gateway.dataDir), 5000, 5);
      await waitUntil("a replacement", () => pids().filter((pid) => !before.includes(pid)).length === 1, 15_000, 10);
      await traffic.stop();
      all.push(traffic.witness());
      const witness = joined(all);
      await expectInvariants({ gateway, workers, witness, sentOn: await sentOn() }).catch(async (error: Error) => {
        throw new Error(`${error.message}\n${await story()}`);
      });
      expect(traffic.witness().complete.size).toBeGreaterThan(0);
    }, 40_000);
  }
}

function pids(): readonly number[] {
  return gateway
    .pids()
    .filter((one) => one.role === "worker")
    .map((one) => one.pid);
}

async function sentOn(): Promise<number> {
  return (await provider.log()).length;
}
