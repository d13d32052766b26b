import { refusedInts } from "./layout";
import { type RefusalKind, refusalKinds } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import { slotWordOf } from "./slot";

/** Of one virtual key, how often each kind refused a request. */
export type RefusalCounts = { readonly [kind in RefusalKind]: number };

/** A slot that has another owner by now is left alone. */
export function countRefusal(file: LedgerFile, slot: number, tag: number, kind: RefusalKind): void {
  const word = slotWordOf(file, { slot, tag });
  const int = refusedInts[refusalKinds.indexOf(kind)];
  if (word !== undefined && int !== undefined) file.addInt(word * 2 + int, 1);
}

/** Undefined for a slot that has another owner by now. */
export function readRefusals(file: LedgerFile, slot: number, tag: number): RefusalCounts | undefined {
  const word = slotWordOf(file, { slot, tag });
  if (word === undefined) return undefined;
  const count = (kind: RefusalKind) => file.readInt(word * 2 + (refusedInts[refusalKinds.indexOf(kind)] ?? 0)) >>> 0;
  return {
    budget: count("budget"),
    requests: count("requests"),
    tokens: count("tokens"),
    concurrency: count("concurrency"),
    policy: count("policy"),
    other: count("other"),
  };
}
