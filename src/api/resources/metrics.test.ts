import { afterAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newHealth } from "#core/health";
import type { Budget } from "#core/limit";
import { noUsage } from "#core/usage";
import { createRequestMetrics } from "#governance/request-metrics";
import { sampleRecord } from "#journal/fixtures/sample-record";
import { entry, scratchLedger } from "#ledger/fixtures/scratch-ledger";
import { failureLabel } from "#ledger/metric-layout";
import { openLedger } from "#ledger/open-ledger";
import type { BudgetUse } from "#limits/budget-use";
import { metricsPage, shownMetrics } from "#metrics/fixtures/metrics-page";
import { createScrape } from "#metrics/scrape";
import { failureClasses } from "#routing/failure-classes";
import { formatMetrics } from "./metrics";

const scratch = scratchLedger([100]);
const ledger = openLedger(scratch.path, { worker: 3, generation: 1 });
afterAll(() => {
  ledger.close();
  scratch.remove();
});

const page = join(import.meta.dir, "..", "..", "..", "docs", "reference", "metrics.md");

test("docs/reference/metrics.md says what /metrics can show", () => {
  if (process.env.HEADGATE_WRITE_REFERENCE === "1") writeFileSync(page, metricsPage());
  expect(readFileSync(page, "utf8")).toBe(metricsPage());
});

test("createScrape() shows every metric of the reference, and no other", () => {
  const shown = scrape().map(({ name }) => name);
  expect(new Set(shown).size).toBe(shown.length);
  expect(new Set(shown)).toEqual(new Set(shownMetrics.map(({ name }) => name)));
});

test("createScrape() adds the control process to what workers tell of themselves", () => {
  const family = scrape().find(({ name }) => name === "headgate_process_start_time_seconds");
  expect(family?.samples.map(({ labels }) => labels.process)).toEqual(["worker-3", "control"]);
});

test("createScrape() shows the busiest 500 of many targets", () => {
  const rows = Array.from({ length: 600 }, (_, index) => ({
    name: `p/m${index}#k`,
    state: { ...newHealth, requests: index },
  }));
  const family = scrape(rows).find(({ name }) => name === "headgate_target_requests_total");
  expect(family?.samples.length).toBe(500);
  expect(family?.samples[0]).toMatchObject({ labels: { provider: "p", model: "m599", key: "k" }, value: 599 });
});

test("every failure class has a label of its own", () => {
  const names = Object.keys(failureClasses);
  expect(names.map((name) => failureLabel(name).toString())).toEqual(names);
});

const promtool = Bun.which("promtool");
if (promtool === null) process.stdout.write("promtool is not here: its check of /metrics is skipped\n");

test.skipIf(promtool === null)("promtool check metrics finds nothing wrong", () => {
  const { admitted, finished } = createRequestMetrics(ledger);
  admitted();
  finished(sampleRecord(1, { cost: 1500, usage: { ...noUsage, input: 3 } }));
  const { exitCode, stdout, stderr } = Bun.spawnSync([promtool ?? "", "check", "metrics"], {
    stdin: new TextEncoder().encode(formatMetrics(scrape())),
  });
  expect([exitCode, stdout.toString(), stderr.toString()]).toEqual([0, "", ""]);
});

function scrape(rows?: readonly { readonly name: string; readonly state: typeof newHealth }[]) {
  const held = ledger.reserve("0".repeat(32), [entry(0, 1)]);
  const families = createScrape({
    columns: scratch.admin.columns,
    processes: () => ({
      version: "1.2.3",
      readiness: {
        workersReady: 1,
        workersWanted: 2,
        workersOutdated: 0,
        journal: { records: 1, bytes: 2, ms: 3, lost: 0 },
      },
      sinks: [{ name: "archive", delivered: 1, missed: 0, left: 2 }],
      unreadableBodies: 3,
      disk: { freeBytes: 1e9, sizeBytes: 2e9 },
      control: { startedAtS: 1, residentBytes: 2, loopLagS: 0.001 },
    }),
    holds: scratch.admin.holds,
    budgets: () => [budgetUse("nanodollars"), budgetUse("tokens")],
    keys: () => [{ id: "key-1", name: "ci", team: "search", refusals: { ...noRefusals, budget: 2 } }],
    health: () =>
      rows ?? [
        { name: "openai/gpt#main", state: { ...newHealth, requests: 3 } },
        { name: "openai#main", state: newHealth },
      ],
    machineMs: () => 1000,
  })();
  if (held.ok) ledger.settle(held.hold, []);
  return families;
}

const noRefusals = { budget: 0, requests: 0, tokens: 0, concurrency: 0, policy: 0, other: 0 };

function budgetUse(unit: Budget["unit"]): BudgetUse {
  const budget: Budget = {
    kind: "budget",
    id: `key:1/"${unit}"`,
    scope: { kind: "key", name: "ci" },
    unit,
    amount: 10,
    mode: "hard",
    period: { kind: "none" },
    slot: { index: 0, tag: 1 },
    match: {},
  };
  const period = { number: 1, startMs: 0, endMs: 1 };
  return { budget, period, spent: 5, held: 1, allowance: 10, previousSpent: 0 };
}
