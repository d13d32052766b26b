import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordsIn } from "../harness/records-in.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { readAccount } from "./account-state.ts";
import { expectInvariants } from "./invariants.ts";
import { amplyLimited } from "./limited-keys.ts";
import { startRebornPair } from "./reborn-pair.ts";
import { startTraffic } from "./traffic.ts";

const workers = 2;
const { dataDir, gateway, start, killAll } = await startRebornPair(workers);
const journalDir = join(dataDir, "journal");

test("a damaged record is counted and told, a torn tail does no harm, and all other records are ingested", async () => {
  const traffic = startTraffic({ gateway, clients: 8, keys: amplyLimited });
  const { complete } = traffic.witness();
  await waitUntil("answers", () => complete.size > 20, 20_000);
  // From now on records stay in the journal.
  await gateway().kill("control", 0, "SIGSTOP");
  const ingested = complete.size;
  await waitUntil("more answers", () => complete.size > ingested + 100, 20_000);
  await killAll();
  await traffic.stop();

  const [hit = "", ...others] = [...complete].slice(ingested + 20);
  const damaged = segmentWith(hit);
  flipIn(damaged, hit);
  const torn = segmentWith(others.at(-1) ?? "");
  tearTail(torn);
  await start();
  await waitUntil("the records", () => has(others), 15_000, 100);

  expect(await has([hit])).toBe(false);
  expect((await recordsIn(dataDir)).length).toBeGreaterThanOrEqual(others.length);
  await waitUntil("the damaged segment to be set aside", () => existsSync(`${damaged}.damaged`), 5000);
  expect(gateway().output()).toContain("Cannot read part of a journal segment");
  const lost = await waitUntil("the metric", async () => {
    const metrics = await (await gateway().admin("GET", "/metrics")).text();
    return /^headgate_ingest_lost_records_total ([1-9]\d*)$/m.exec(metrics)?.[1];
  });
  expect(lost).toBe("1");

  // Its request was settled before: what the record said is in the ledger alone.
  const { requests, records, holdsLeft } = await readAccount(gateway(), amplyLimited);
  const counted = [...requests.values()].reduce((sum, one) => sum + one, 0);
  expect({ counted, holdsLeft }).toEqual({ counted: records.length + 1, holdsLeft: 0 });
}, 240_000);

test("where the ledger is lost too, it agrees with the records that are left", async () => {
  await gateway().stop();
  writeFileSync(join(dataDir, "ledger"), "not a ledger");
  await start();
  const witness = { begun: 0, broken: 0, failed: none, refused: new Map(), unrecorded: none, complete: none };
  await expectInvariants({ gateway: gateway(), workers, witness, sentOn: 0, keys: amplyLimited });
}, 240_000);

const none: ReadonlySet<string> = new Set();

async function has(ids: readonly string[]): Promise<boolean> {
  const found = new Set((await recordsIn(dataDir)).map(({ id }) => id));
  return ids.every((id) => found.has(id));
}

/** The file that holds a record. */
function segmentWith(id: string): string {
  const files = readdirSync(journalDir).filter((file) => file.endsWith(".records"));
  const file = files.find((one) => readFileSync(join(journalDir, one)).includes(Buffer.from(id, "hex")));
  return join(journalDir, file ?? expect.unreachable());
}

function flipIn(file: string, id: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(Buffer.from(id, "hex")) + 100;
  bytes[at] = (bytes[at] ?? 0) ^ 8;
  writeFileSync(file, bytes);
}

/** Half a frame behind the last one, as a writer leaves it that dies inside a write. */
function tearTail(file: string): void {
  const bytes = readFileSync(file);
  const magic = bytes.subarray(32, 36);
  const last = bytes.lastIndexOf(magic);
  const end = last + Math.ceil((16 + bytes.readUInt32LE(last + 8)) / 8) * 8;
  bytes.copy(bytes, end, last, last + 200);
  writeFileSync(file, bytes);
}
