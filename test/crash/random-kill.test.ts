import { expect, test } from "bun:test";
import { full } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { mixedModels, scriptFailures } from "./failing-providers.ts";
import { type Account, expectInvariants } from "./invariants.ts";
import { allKeys } from "./limited-keys.ts";
import { end, startRebornPair } from "./reborn-pair.ts";
import { joined, startTraffic, type Witness } from "./traffic.ts";

type Victim = "worker" | "control" | "supervisor" | "all";

// The last of a batch starts the process group anew, and with it the waits before replacements.
const batches: readonly (readonly Victim[])[] = full
  ? [
      ["worker", "control", "worker", "worker", "supervisor"],
      ["worker", "worker", "control", "worker", "all"],
    ]
  : [
      ["worker", "control", "supervisor"],
      ["worker", "all"],
    ];
const rounds = full ? 20 : 1;
const workers = 2;

const { provider, gateway, start, killAll } = await startRebornPair(workers);

test("random kills of every process under load lose nothing that a client was told", async () => {
  const all: Witness[] = [];
  let [sentOn, kills] = [0, 0];
  let account: Account | undefined;
  for (const batch of Array.from({ length: rounds }, () => batches).flat()) {
    const leaving = Math.random() / 4;
    const clients = 16 + Math.floor(Math.random() * 17);
    await scriptFailures(provider);
    const traffic = startTraffic({
      gateway,
      clients,
      leaving,
      prompt: "[[words:20]] [[delay:3]]",
      keys: allKeys,
      models: mixedModels,
    });
    try {
      for (const victim of batch) {
        const { complete } = traffic.witness();
        const before = complete.size;
        await waitUntil("some answers", () => complete.size > before + 10, 20_000);
        await Bun.sleep(Math.random() * 300);
        await kill(victim);
        kills += 1;
      }
    } finally {
      await traffic.stop();
    }
    all.push(traffic.witness());
    sentOn += (await provider.log()).length;
    await provider.reset();
    account = await expectInvariants(
      { gateway: gateway(), workers, witness: joined(all), sentOn, keys: allKeys },
      30_000,
    ).catch(tellMore);
    expect(traffic.witness().complete.size).toBeGreaterThan(0);
  }
  const { begun, complete, refused, broken } = joined(all);
  process.stdout.write(
    `${kills} kills: ${begun} requests begun, ${complete.size} complete, ${refused.size} refused, ${broken} broken or left; ` +
      `${account?.records} records, ${account?.interrupted} of them interrupted\n`,
  );
}, 1_800_000);

async function kill(victim: Victim): Promise<void> {
  if (victim === "worker" || victim === "control") {
    const running = gateway()
      .pids()
      .filter(({ role }) => role === victim);
    const chosen = running[Math.floor(Math.random() * running.length)];
    if (chosen !== undefined) end(chosen.pid);
    return;
  }
  if (victim === "all") await killAll();
  else await gateway().kill("supervisor");
  // At once, as a service manager would: what the dead one left must not be in the way.
  await start();
}

function tellMore(error: Error): never {
  const lines = gateway().logs().slice(-12);
  throw new Error([error.message, ...lines.map(({ text }) => text)].join("\n"));
}
