import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { firstWindowSlot } from "#core/slot-ref";
import { openLedgerAdmin } from "#ledger/admin";
import { readHoldPhase } from "#ledger/hold-row";
import { workerArea } from "#ledger/layout";
import { areaWords, rowWord } from "#ledger/worker-area";

/** Amounts that the records charge, by slot and tag. */
export function chargesBySlot(records: readonly RequestRecord[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { charges } of records) {
    for (const { slot, tag, amount } of charges) {
      const name = `${slot}:${tag}`;
      sums.set(name, (sums.get(name) ?? 0) + amount);
    }
  }
  return sums;
}

export type LedgerAccount = {
  /** Ever charged, by slot and tag, of the asked ones. */
  readonly charged: ReadonlyMap<string, number>;
  /** Everything that is still held, in rows and slots, and every amount below zero. */
  readonly leftOver: readonly string[];
};

export function ledgerAccount(dataDir: string, slots: Iterable<string>): LedgerAccount {
  const { file, readSlot, readWindow } = openLedgerAdmin(join(dataDir, "ledger"), { role: "control", generation: 0 });
  const leftOver: string[] = [];
  for (const word of areaWords(file)) {
    for (let index = 0; index < workerArea.rowCount; index += 1) {
      const phase = readHoldPhase(file, rowWord(word, index));
      if (phase !== undefined) leftOver.push(`row ${index}: ${phase}`);
    }
  }
  const charged = new Map<string, number>();
  for (const name of slots) {
    const slot = Number(name.split(":")[0]);
    const state = readSlot(slot);
    if (`${slot}:${state.tag}` !== name) continue;
    const { past, previous, held, holders } = state;
    const window = slot >= firstWindowSlot ? readWindow(slot, 0).parts.map(({ amount }) => amount) : [];
    const amounts = { past, charged: state.charged, previous: previous.charged, holders, held, before: previous.held };
    for (const [what, amount] of Object.entries(amounts))
      if (amount < 0) leftOver.push(`${what} of ${name}: ${amount}`);
    if (held + previous.held + holders !== 0) leftOver.push(`slot ${name} holds ${held} and ${previous.held}`);
    if (window.some((amount) => amount < 0)) leftOver.push(`window ${name}: ${window}`);
    charged.set(name, past + previous.charged + state.charged);
  }
  return { charged, leftOver };
}
