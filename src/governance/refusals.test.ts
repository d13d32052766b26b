import { afterAll, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { createIdSource } from "#core/ids";
import type { RequestRecord } from "#core/record";
import { inferenceWith } from "#fixtures/scratch-pipeline";
import { scratchLedger } from "#ledger/fixtures/scratch-ledger";
import { metrics } from "#ledger/metric-layout";
import { openLedger } from "#ledger/open-ledger";
import type { RefusedRequest } from "./refusal-record";
import { createRefusalNotes } from "./refusals";
import { createRequestMetrics } from "./request-metrics";

const scratch = scratchLedger([100]);
const ledger = openLedger(scratch.path, { worker: 0, generation: 1 });
afterAll(() => {
  ledger.close();
  scratch.remove();
});

const startMs = 1_700_000_000_000;

function notes(hasRoom = () => true) {
  const time = { nowMs: startMs };
  const records: RequestRecord[] = [];
  const note = createRefusalNotes({
    metrics: createRequestMetrics(ledger),
    journal: {
      claimSpare: () => (hasRoom() ? { bytes: 1 } : undefined),
      append: async (_claim, record) => void records.push(record),
    },
    clock: { nowMs: () => time.nowMs },
    worker: 3,
  });
  return { note, records, time };
}

function refused(change: Partial<RefusedRequest> = {}): RefusedRequest {
  return {
    id: createIdSource(() => startMs)(),
    inference: inferenceWith({}, { secret: () => "hg-very-secret", requestId: "mine" }),
    error: new GatewayError("invalid_key", "Cannot identify the caller: the virtual key is not known"),
    key: undefined,
    customer: undefined,
    askedModel: undefined,
    stream: false,
    labels: undefined,
    requestBytes: 0,
    ...change,
  };
}

const errorsOf = (code: "invalid_key") => scratch.admin.columns().total(metrics.errors.column(code));

test("a flood of 100,000 refusals leaves exact counters, a bounded number of records, and nothing of the key", () => {
  const { note, records, time } = notes();
  const before = errorsOf("invalid_key");
  const one = refused();
  for (let index = 0; index < 100_000; index += 1) {
    time.nowMs = startMs + index / 10;
    note(one);
  }
  expect(errorsOf("invalid_key") - before).toBe(100_000);
  expect(records.length).toBe(21);
  expect(JSON.stringify(records)).not.toContain("very-secret");
  expect(records[0]).toMatchObject({
    requestId: "mine",
    worker: 3,
    outcome: "refused",
    status: 401,
    errorCode: "invalid_key",
    attempts: [],
    charges: [],
    refusal: { weight: 1 },
  });
});

test("a refusal by a limit says which, what it found and what was asked", () => {
  const { note, records } = notes();
  const refusedBy = {
    limit: "key:1/budget",
    limitName: 'the budget of the key "ci"',
    unit: "nanodollars",
    allowance: 10,
    charged: 8,
    held: 1,
    asked: 2,
  } as const;
  note(refused({ error: new GatewayError("budget_exceeded", "It is used up", { refusedBy, retryAfterS: 1 }) }));
  expect(records).toMatchObject([{ limits: ["key:1/budget"], refusal: { weight: 1, ...refusedBy, retryAfterS: 1 } }]);
});

test("what a client chose is cut, so that the record stays small", () => {
  const { note, records } = notes();
  const inference = inferenceWith({}, { requestId: "r".repeat(9000), header: () => "a".repeat(9000) });
  note(refused({ inference, askedModel: "m".repeat(9000) }));
  expect(JSON.stringify(records[0]).length).toBeLessThan(1500);
});

test("what a message quotes of the request is masked where it looks like a secret", () => {
  const { note, records } = notes();
  const secret = `sk-proj-${"a1B2".repeat(12)}`;
  note(refused({ error: new GatewayError("invalid_request", `Cannot read the request: found "${secret}"`) }));
  expect(records[0]?.errorMessage).toStartWith("Cannot read the request: found");
  expect(JSON.stringify(records)).not.toContain(secret);
});

test("without plenty of room in the journal refusals are counted, and the next that has room stands for them", () => {
  const state = { hasRoom: false };
  const { note, records } = notes(() => state.hasRoom);
  for (let index = 0; index < 5; index += 1) note(refused());
  expect(records).toEqual([]);
  state.hasRoom = true;
  note(refused());
  expect(records).toMatchObject([{ refusal: { weight: 6 } }]);
});
