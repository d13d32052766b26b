import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { windowParts } from "#ledger/ledger";
import { full } from "../e2e/start-pair.ts";
import { bodyOf, variants, worst } from "./bodies.ts";
import { startGatedProvider } from "./gated-provider.ts";
import { type Admission, admissionsFile } from "./hasty-windows.ts";
import { type Key, patientProviders, startLimitedGateway } from "./limited-gateway.ts";

const scratch = mkdtempSync(join(tmpdir(), "headgate-windows-"));
const dataDir = join(scratch, "data");
const provider = startGatedProvider();
const { api, addKey, ask } = await startLimitedGateway({
  dataDir,
  program: fileURLToPath(new URL("hasty-headgate.ts", import.meta.url)),
  config: { settings: { content_logging: "off", budget_wait_ms: 0 }, providers: patientProviders(provider.url) },
});
afterAll(async () => {
  await provider.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const streamMs = full ? 60_000 : 4500;

test("no window ever holds more than its limit, and refuses only while one that is a sixteenth longer is full", async () => {
  const [requests, tokens] = [20, 12];
  const keys = [
    await addKey({ name: "by-requests", rate_limits: [{ requests, per: "1m" }] }),
    await addKey({ name: "by-tokens", rate_limits: [{ tokens: tokens * worst.tokens, per: "1m", strict: true }] }),
  ];
  // The first comes in a trickle, the second all at once.
  const asked = await Promise.all(keys.map((key, index) => steadyStream(key, index === 0 ? 4 : 12, streamMs)));
  const all = readAdmissions();
  const slots = [...new Set(all.map(({ slot }) => slot))].sort((a, b) => a - b);
  expect(slots).toHaveLength(2);
  for (const [index, limit] of [requests, tokens * worst.tokens].entries()) {
    const own = all.filter(({ slot }) => slot === slots[index]);
    const counted = countedBySixteenth(own);
    const sumOf = (first: number, last: number) => {
      let sum = 0;
      for (let part = first; part <= last; part += 1) sum += counted.get(part) ?? 0;
      return sum;
    };
    for (const { amount, asked: from, answered: to, counted: at } of own) {
      if (at === undefined) expect(sumOf(from - windowParts, to) + amount).toBeGreaterThan(limit);
      // Where it counts is when it was admitted, however long a process was kept from running meanwhile.
      else expect([at >= from, at <= to, sumOf(at - windowParts, at) <= limit]).toEqual([true, true, true]);
    }
    const { admitted, refused } = asked[index] ?? { admitted: 0, refused: 0 };
    expect(own.filter((each) => each.counted !== undefined)).toHaveLength(admitted);
    expect([admitted > 0, refused > 0]).toEqual([true, true]);
  }
  const { rate_limits: shown } = await api("GET", "/api/virtual-keys/by-requests");
  expect(shown[0].requests).toBe(requests);
});

/** Asks without end, and again at once when refused; on a machine that is too busy for that, until it was. */
async function steadyStream({ secret }: Key, clients: number, forMs: number) {
  const until = performance.now() + forMs;
  const counts = { admitted: 0, refused: 0 };
  const client = async (index: number) => {
    for (let turn = index; performance.now() < until || counts.refused === 0; turn += 1) {
      const variant = variants[turn % variants.length];
      if (variant === undefined) return;
      const response = await ask(secret, variant.path, bodyOf(variant, worst));
      await response.text();
      if (response.status === 200) counts.admitted += 1;
      else if (response.status === 429) counts.refused += 1;
      else throw new Error(`unexpected status ${response.status}`);
      await Bun.sleep(response.status === 200 ? 1 : 10);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return counts;
}

function readAdmissions(): readonly Admission[] {
  const lines = readFileSync(admissionsFile(dataDir), "utf8").trim().split("\n");
  const parse = (line: string): Admission => JSON.parse(line);
  return lines.map(parse);
}

function countedBySixteenth(admissions: readonly Admission[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { amount, counted } of admissions) {
    if (counted !== undefined) sums.set(counted, (sums.get(counted) ?? 0) + amount);
  }
  return sums;
}
