import type { Database } from "bun:sqlite";
import { AsyncLocalStorage } from "node:async_hooks";
import type { ConfigStore } from "../config-store";

type Transaction = { over: boolean };

/**
 * Gives calls on one connection their transactions. Which transaction a call belongs to is known from where it was made,
 * so that none can slip past the one it was meant for, and a call from elsewhere waits until that is over.
 */
export function withTransactions<T extends object>(database: Database, calls: T): T & Pick<ConfigStore, "transaction"> {
  const current = new AsyncLocalStorage<Transaction>();
  const exclusively = createQueue();

  const admit = async <R>(call: () => Promise<R>): Promise<R> => {
    const transaction = current.getStore();
    if (transaction === undefined) return exclusively(call);
    if (transaction.over) throw new Error("Cannot use the store: the transaction of this call is over");
    return call();
  };
  const transaction: ConfigStore["transaction"] = (work) =>
    admit(() => {
      if (current.getStore() !== undefined) return work();
      const opened = { over: false };
      return current
        .run(opened, () => committed(database, work))
        .finally(() => {
          opened.over = true;
        });
    });
  const admitted = new Proxy(calls, {
    get: (target, name) => {
      const call: unknown = Reflect.get(target, name);
      return typeof call === "function" ? (...values: readonly unknown[]) => admit(() => call(...values)) : call;
    },
  });
  return { ...admitted, transaction };
}

async function committed<R>(database: Database, work: () => Promise<R>): Promise<R> {
  database.run("BEGIN IMMEDIATE");
  try {
    const result = await work();
    database.run("COMMIT");
    return result;
  } catch (error) {
    // A full disk makes SQLite roll back by itself.
    if (database.inTransaction) database.run("ROLLBACK");
    throw error;
  }
}

/** Runs one at a time, in the order of the calls. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
