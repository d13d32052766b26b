import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { full, startPair } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { crashSteps, isPlanned, planCrash } from "./crash-step.ts";
import { expectInvariants } from "./invariants.ts";
import { joined, startTraffic, type Witness } from "./traffic.ts";

// Each death makes its worker's next wait longer: many workers share the deaths.
const workers = 6;
const { gateway, provider, story } = await startPair({
  workers,
  program: fileURLToPath(new URL("./mortal-headgate.ts", import.meta.url)),
});
const all: Witness[] = [];

for (const [index, step] of crashSteps.entries()) {
  for (const streams of kindsFor(step, index)) {
    test(`a worker killed at ${step} loses nothing (${streams === "all" ? "streamed" : "whole"})`, async () => {
      const before = pids();
      const traffic = startTraffic({ gateway: () => gateway, clients: 8, streams });
      try {
        planCrash(gateway.dataDir, step);
        await waitUntil("a worker to come to that point", () => !isPlanned(gateway.dataDir), 5000, 5);
        await waitUntil("a replacement", () => pids().some((pid) => !before.includes(pid)), 15_000, 10);
      } finally {
        await traffic.stop();
        all.push(traffic.witness());
      }
      const witness = joined(all);
      await expectInvariants({ gateway, workers, witness, sentOn: await sentOn() }).catch(async (error: Error) => {
        throw new Error(`${error.message}\n${await story()}`);
      });
      expect(traffic.witness().complete.size).toBeGreaterThan(0);
    }, 40_000);
  }
}

/** Whole and streamed answers by turns, both where they differ most: between the journal and the last byte. */
function kindsFor(step: string, index: number): readonly ("all" | "none")[] {
  if (step === "progress:relaying") return ["all"];
  if (full || /^(journal|settled):/.test(step)) return ["none", "all"];
  return [index % 2 === 0 ? "none" : "all"];
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
