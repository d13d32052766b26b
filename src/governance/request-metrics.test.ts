import { afterAll, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import type { AttemptRecord } from "#core/record";
import { noUsage } from "#core/usage";
import { sampleRecord } from "#journal/fixtures/sample-record";
import { scratchLedger } from "#ledger/fixtures/scratch-ledger";
import { openLedger } from "#ledger/open-ledger";
import { countedFamilies } from "#metrics/counted-metrics";
import { createRequestMetrics } from "./request-metrics";

const scratch = scratchLedger([]);
const ledger = openLedger(scratch.path, { worker: 0, generation: 1 });
const requestMetrics = createRequestMetrics(ledger);
afterAll(() => {
  ledger.close();
  scratch.remove();
});

/** What `work` changed, by the name and labels of each sample. */
function changes(work: () => void): { readonly [sample: string]: number } {
  const before = samples();
  work();
  return Object.fromEntries([...samples()].filter(([name, value]) => value !== before.get(name)));
}

function samples(): ReadonlyMap<string, number> {
  const all = countedFamilies(scratch.admin.columns()).flatMap(({ samples: own }) => own);
  return new Map(all.map(({ name, labels, value }) => [[name, ...Object.values(labels)].join(" "), value]));
}

test("finished() counts outcome and endpoint, tokens by class, dollars, and what came after each failure", () => {
  const attempt = (failure: Partial<AttemptRecord>): AttemptRecord => ({
    provider: "p",
    model: "m",
    providerKey: "k",
    durationMs: 1,
    ...failure,
  });
  const record = sampleRecord(1, {
    usage: { ...noUsage, input: 10, cacheRead: 4, output: 7, estimated: true },
    cost: 1_500_000,
    attempts: [
      attempt({ error: "upstream_error", errorClass: "reset", next: "retry: reset" }),
      attempt({ error: "upstream_error", errorClass: "rate-limited", next: "other key: rate limit" }),
      attempt({ error: "upstream_timeout", errorClass: "timeout", next: "fallback: timeout" }),
      attempt({ status: 200 }),
    ],
  });
  requestMetrics.admitted();
  expect(changes(() => requestMetrics.finished(record, 0.3))).toMatchObject({
    "headgate_requests_total ok chat.completions": 1,
    headgate_requests_in_flight: 0,
    "headgate_tokens_total input": 10,
    "headgate_tokens_total cache_read": 4,
    "headgate_tokens_total output": 7,
    headgate_cost_dollars_total: 0.0015,
    headgate_estimated_requests_total: 1,
    "headgate_overhead_seconds_bucket 0.0005": 1,
    "headgate_upstream_attempts_total ok": 1,
    "headgate_upstream_attempts_total reset": 1,
    "headgate_retries_total reset": 1,
    "headgate_key_rotations_total rate-limited": 1,
    "headgate_fallbacks_total timeout": 1,
  });
});

test("finished() counts usage without a cost as unpriced", () => {
  const told = changes(() => requestMetrics.finished(sampleRecord(2, { usage: { ...noUsage, input: 1 } })));
  expect(told).toMatchObject({ headgate_unpriced_requests_total: 1 });
});

test("refused() counts the error, the limit's kind, and what overload sheds", () => {
  const refuse = (...given: ConstructorParameters<typeof GatewayError>) =>
    changes(() => requestMetrics.refused(new GatewayError(...given)));
  expect(refuse("budget_exceeded", "x")).toEqual({
    "headgate_errors_total budget_exceeded": 1,
    "headgate_limit_refusals_total budget": 1,
  });
  const refusedBy = {
    limit: "l",
    limitName: "the limit",
    unit: "tokens",
    allowance: 1,
    charged: 1,
    held: 0,
    asked: 1,
  } as const;
  expect(refuse("rate_limited", "x", { refusedBy })).toMatchObject({
    "headgate_limit_refusals_total tokens": 1,
  });
  expect(refuse("overloaded", "x")).toMatchObject({ headgate_overload_sheds_total: 1 });
});
