import { AsyncLocalStorage } from "node:async_hooks";
import { createQueue } from "#lib/queue";
import type { ConfigStore } from "./config-store";

/** How a back end with one connection (or one copy of the data) makes a transaction of what happens on it. */
export type TransactionControl = {
  readonly begin: () => void;
  readonly commit: () => void;
  readonly rollback: () => void;
};

/** Runs one call of a repository as part of the transaction that it was made in, else when no other is open. */
export type Call = <R>(work: () => R) => Promise<R>;

type Transaction = { over: boolean };

/**
 * Gives the calls on one connection their transactions. Which transaction a call belongs to is known from where it was
 * made (the async context), so that no caller can forget to hand it on, and a call from elsewhere waits until it is over.
 */
export function createTransactions(control: TransactionControl): {
  readonly call: Call;
  readonly transaction: ConfigStore["transaction"];
} {
  const current = new AsyncLocalStorage<Transaction>();
  const exclusively = createQueue();

  const admit = async <R>(work: () => Promise<R>): Promise<R> => {
    const transaction = current.getStore();
    if (transaction === undefined) return exclusively(work);
    if (transaction.over) throw new Error("Cannot use the store: the transaction of this call is over");
    return work();
  };
  return {
    call: (work) => admit(async () => work()),
    transaction: (work) =>
      admit(() => {
        if (current.getStore() !== undefined) return work();
        const opened = { over: false };
        return current
          .run(opened, () => committed(control, work))
          .finally(() => {
            opened.over = true;
          });
      }),
  };
}

async function committed<R>({ begin, commit, rollback }: TransactionControl, work: () => Promise<R>): Promise<R> {
  begin();
  try {
    const result = await work();
    commit();
    return result;
  } catch (error) {
    rollback();
    throw error;
  }
}
