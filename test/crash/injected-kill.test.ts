import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { full, startPair } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { adjustSteps, crashSteps, isPlanned, planCrash } from "./crash-step.ts";
import { failingProviders, flakyModels, scriptFailures } from "./failing-providers.ts";
import { expectInvariants } from "./invariants.ts";
import { allKeys, limitedConfig } from "./limited-keys.ts";
import { joined, startTraffic, type Witness } from "./traffic.ts";

// Each death makes its worker's next wait longer: many workers share the deaths.
const workers = 6;
const { gateway, provider, story } = await startPair({
  workers,
  program: fileURLToPath(new URL("./mortal-headgate.ts", import.meta.url)),
  configure: (url) => ({ ...failingProviders(url), ...limitedConfig }),
});
await scriptFailures(provider);
const all: Witness[] = [];

const kindNames = { all: "streamed", none: "whole", half: "whole and streamed" } as const;
const steps = [...crashSteps, ...adjustSteps];
/** One at a time, or in a row for each thing that a worker does. */
const groups = full
  ? steps.map((step): [string, readonly string[]] => [step, [step]])
  : [...Map.groupBy(steps, (step) => step.split(":")[0] ?? "")];

for (const [name, group] of groups) {
  for (const streams of kindsFor(name)) {
    test(`workers killed at ${name} lose nothing (${kindNames[streams]})`, async () => {
      const traffic = startTraffic({
        gateway: () => gateway,
        clients: 10,
        streams,
        keys: allKeys,
        // Only what fails at its first target is adjusted to another.
        ...(name.startsWith("adjust") ? { models: flakyModels } : {}),
      });
      try {
        for (const step of group) {
          await killAt(step);
          const { complete } = traffic.witness();
          const before = complete.size;
          await waitUntil("some answers", () => complete.size > before + 5, 15_000, 5);
        }
      } finally {
        await traffic.stop();
        all.push(traffic.witness());
      }
      const sentOn = (await provider.log()).length;
      const given = { gateway, workers, witness: joined(all), sentOn, keys: allKeys };
      const account = await expectInvariants(given).catch(async (error: Error) => {
        throw new Error(`${error.message}\n${await story()}`);
      });
      expect(account.records).toBeGreaterThan(0);
    }, 240_000);
  }
}

async function killAt(step: string): Promise<void> {
  const before = pids();
  planCrash(gateway.dataDir, step);
  await waitUntil(`a worker to come to ${step}`, () => !isPlanned(gateway.dataDir), 10_000, 5);
  if (full) await waitUntil("a replacement", () => pids().some((pid) => !before.includes(pid)), 15_000, 10);
}

/** Streams are relayed, whole answers are not. */
function kindsFor(name: string): readonly (keyof typeof kindNames)[] {
  if (!full) return ["half"];
  return name === "progress:relaying" ? ["all"] : ["none", "all"];
}

function pids(): readonly number[] {
  return gateway
    .pids()
    .filter((one) => one.role === "worker")
    .map((one) => one.pid);
}
