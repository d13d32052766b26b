import { afterAll, expect, test } from "bun:test";
import { scratchLedger } from "#ledger/fixtures/scratch-ledger";
import { openLedger } from "#ledger/open-ledger";
import { countedFamilies } from "#metrics/counted-metrics";
import { createWorkerGauges } from "./worker-gauges";

const scratch = scratchLedger([]);
afterAll(() => scratch.remove());

function shown(name: string): readonly (readonly [process: string | undefined, value: number])[] {
  const family = countedFamilies(scratch.admin.columns()).find((one) => one.name === name);
  return (family?.samples ?? []).map(({ labels, value }) => [labels.process, value]);
}

test("createWorkerGauges() adds what the journal did since the last call, and goes on where a worker before stopped", () => {
  const start = (generation: number, recorded: number) => {
    const ledger = openLedger(scratch.path, { worker: 0, generation });
    const counters = { recorded: 0, rejected: 0, contentsWritten: 0, contentsDropped: 0 };
    const publish = createWorkerGauges({
      ledger,
      journal: { counters: () => ({ ...counters }) },
      queued: () => 2,
      unhandledErrors: () => 0,
      process: () => ({ startedAtS: generation, residentBytes: 10, loopLagS: 0.5 }),
    });
    counters.recorded = recorded;
    publish();
    publish();
    return ledger;
  };
  const first = start(1, 5);
  expect(shown("headgate_process_start_time_seconds")).toEqual([["worker-0", 1]]);
  expect(shown("headgate_requests_queued")).toEqual([[undefined, 2]]);
  first.close();
  expect(shown("headgate_process_start_time_seconds")).toEqual([]);
  start(2, 3).close();
  expect(shown("headgate_journal_records_total")).toEqual([[undefined, 8]]);
  expect(shown("headgate_worker_starts_total")).toEqual([[undefined, 2]]);
});

test("of two generations of one worker the newer is shown", () => {
  const ledgers = [3, 4].map((generation) => {
    const ledger = openLedger(scratch.path, { worker: 0, generation });
    const counters = { recorded: 0, rejected: 0, contentsWritten: 0, contentsDropped: 0 };
    createWorkerGauges({
      ledger,
      journal: { counters: () => ({ ...counters }) },
      queued: () => 0,
      unhandledErrors: () => 0,
      process: () => ({ startedAtS: generation, residentBytes: 10, loopLagS: 0 }),
    });
    return ledger;
  });
  expect(shown("headgate_process_start_time_seconds")).toEqual([["worker-0", 4]]);
  for (const ledger of ledgers) ledger.close();
});
