import { expect, test } from "bun:test";
import { closeSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { firstExtentWord, headerInt } from "#ledger/layout";
import { full } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { readAccount } from "./account-state.ts";
import { expectInvariants } from "./invariants.ts";
import { allKeys, amplyLimited } from "./limited-keys.ts";
import { end, startRebornPair } from "./reborn-pair.ts";
import { joined, startTraffic, type Witness } from "./traffic.ts";

const workers = 2;
const { dataDir, gateway, start, killAll } = await startRebornPair(workers);
const ledgerFile = join(dataDir, "ledger");
const all: Witness[] = [];

/** What happens to the ledger between two runs, and what is logged of it. */
const losses: readonly { readonly name: string; readonly lose: () => void; readonly reason: string }[] = [
  { name: "it is deleted", lose: () => rmSync(ledgerFile), reason: "there was none" },
  {
    name: "a bit of what it holds flips",
    lose: () =>
      flip(8 * firstExtentWord + Math.floor(Math.random() * (statSync(ledgerFile).size - 8 * firstExtentWord))),
    reason: "its checksum is wrong",
  },
  { name: "a bit of its header flips", lose: () => flip(4 * headerInt.bootId), reason: "header's checksum" },
];
const tried = full ? losses : losses.slice(1, 2);

for (const { name, lose, reason } of tried) {
  test(`when ${name} while nothing runs, every budget and counter is the same again`, async () => {
    await serve();
    const before = await account();
    await gateway().stop();
    lose();
    await start();
    expect(gateway().output()).toContain(reason);
    expect(await account()).toEqual(before);
    await serve();
    await expectAll();
  }, 240_000);
}

test("when all processes are killed and the ledger is gone, budgets are what the records say", async () => {
  await serve(killAll);
  rmSync(ledgerFile);
  await start();
  await expectAll();
}, 240_000);

test("what a worker of a killed supervisor still finishes is in the ledger that is made anew", async () => {
  const slow = "[[words:80]] [[delay:80]]";
  const traffic = startTraffic({ gateway, clients: 4, streams: "all", prompt: slow, keys: amplyLimited });
  await waitUntil("streams", async () => (await running()) === 4, 20_000);
  const stopped = traffic.stop();
  rmSync(ledgerFile);
  end(supervisor());
  await gateway().exited;
  await start();
  await stopped;
  expect(traffic.witness().complete.size).toBe(4);
  all.push(traffic.witness());
  await expectAll();
}, 240_000);

test("what is audited of all these runs is one unbroken chain", async () => {
  const verdict = await (await gateway().admin("GET", "/api/audit/verify")).text();
  expect(verdict).toContain('"ok":true');
});

async function running(): Promise<number> {
  const metrics = await (await gateway().admin("GET", "/metrics")).text();
  return Number(/^headgate_requests_in_flight (\S+)$/m.exec(metrics)?.[1]);
}

function supervisor(): number {
  const found = gateway()
    .pids()
    .find(({ role }) => role === "supervisor");
  if (found === undefined) throw new Error("No supervisor runs");
  return found.pid;
}

/** Answers some requests, until `breakOff` or until they all have their answers. */
async function serve(breakOff?: () => Promise<void>): Promise<void> {
  const traffic = startTraffic({ gateway, clients: 8, keys: allKeys });
  await waitUntil("answers", () => traffic.witness().complete.size > 40, 20_000);
  await breakOff?.();
  await traffic.stop();
  all.push(traffic.witness());
  if (breakOff === undefined) await expectAll();
}

async function expectAll(): Promise<void> {
  const sentOn = 0;
  await expectInvariants({ gateway: gateway(), workers, witness: joined(all), sentOn, keys: allKeys }, 20_000);
}

async function account() {
  const { budgets, requests, stats } = await readAccount(gateway(), allKeys);
  return { budgets: budgets.filter(({ period }) => period !== "1m"), requests, stats };
}

function flip(at: number): void {
  const file = openSync(ledgerFile, "r+");
  const byte = new Uint8Array(1);
  readSync(file, byte, 0, 1, at);
  writeSync(
    file,
    byte.map((bits) => bits ^ 4),
    0,
    1,
    at,
  );
  closeSync(file);
}
