import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { full } from "../e2e/start-pair.ts";
import { bodyOf, variants, worst } from "./bodies.ts";
import { startGatedProvider } from "./gated-provider.ts";
import { type Admission, admissionsFile, windowMs } from "./hasty-windows.ts";
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

test("no window ever holds more than its limit, and a full one is at most a sixteenth late", async () => {
  const [requests, tokens] = [20, 12];
  const keys = [
    await addKey({ name: "by-requests", rate_limits: [{ requests, per: "1m" }] }),
    await addKey({ name: "by-tokens", rate_limits: [{ tokens: tokens * worst.tokens, per: "1m", strict: true }] }),
  ];
  const startedMs = performance.now();
  // The first comes in a trickle, the second all at once.
  const asked = await Promise.all(keys.map((key, index) => steadyStream(key, index === 0 ? 4 : 12, streamMs)));
  const elapsedMs = performance.now() - startedMs;
  const admissions = admitted();
  expect(admissions).toHaveLength(asked.reduce((sum, counts) => sum + counts.admitted, 0));
  const slots = [...new Set(admissions.map(({ slot }) => slot))].sort((a, b) => a - b);
  expect(slots).toHaveLength(2);
  for (const [index, limit] of [requests, tokens * worst.tokens].entries()) {
    const own = admissions.filter(({ slot }) => slot === slots[index]);
    expect(most(own, windowMs)).toBe(limit);
    // Each of these windows began full, and the clients ask again within a moment.
    const windows = Math.floor(elapsedMs / ((windowMs * 17) / 16 + 250));
    expect(own.reduce((sum, { amount }) => sum + amount, 0)).toBeGreaterThanOrEqual(windows * limit);
  }
  for (const { admitted, refused } of asked) expect([admitted > 0, refused > 0]).toEqual([true, true]);
  const { rate_limits: shown } = await api("GET", "/api/virtual-keys/by-requests");
  expect(shown[0].requests).toBe(requests);
});

/** Asks without end, and again at once when refused. */
async function steadyStream({ secret }: Key, clients: number, forMs: number) {
  const until = performance.now() + forMs;
  const counts = { admitted: 0, refused: 0 };
  const client = async (index: number) => {
    for (let turn = index; performance.now() < until; turn += 1) {
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

function admitted(): readonly Admission[] {
  const lines = readFileSync(admissionsFile(dataDir), "utf8").trim().split("\n");
  const parse = (line: string): Admission => JSON.parse(line);
  return lines.map(parse).sort((a, b) => a.atMs - b.atMs);
}

/** The most that any window of this length holds; it begins with an admission. */
function most(admissions: readonly Admission[], lengthMs: number): number {
  return Math.max(
    ...admissions.map(({ atMs }) =>
      admissions
        .filter((other) => other.atMs >= atMs && other.atMs < atMs + lengthMs)
        .reduce((sum, { amount }) => sum + amount, 0),
    ),
  );
}
