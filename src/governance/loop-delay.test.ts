import { afterAll, expect, test } from "bun:test";
import { scratchLedger } from "#ledger/fixtures/scratch-ledger";
import { openLedger } from "#ledger/open-ledger";
import { createManualTime } from "#lib/fixtures/manual-time";
import { countedFamilies } from "#metrics/counted-metrics";
import { watchLoopDelay } from "./loop-delay";

const scratch = scratchLedger([]);
afterAll(() => scratch.remove());

test("watchLoopDelay() counts every tick by how late it came, until it is ended", async () => {
  const ledger = openLedger(scratch.path, { worker: 0, generation: 1 });
  const { advance, stall, ticker, timers } = createManualTime(25);
  const end = watchLoopDelay(ledger, ticker);
  await advance(50);
  await stall(28);
  const name = "headgate_event_loop_delay_seconds";
  const family = countedFamilies(scratch.admin.columns()).find((one) => one.name === name);
  const value = (le: string) => family?.samples.find(({ labels }) => labels.le === le)?.value;
  expect([value("0.001"), value("0.005"), value("+Inf")]).toEqual([2, 3, 3]);
  end();
  await advance(50);
  expect(timers()).toBe(0);
  ledger.close();
});
