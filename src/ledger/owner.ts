/** The name of a process in the ledger: written into the lock while it is held, and into the worker's area. */
export type LedgerOwner =
  | { readonly role: "worker"; readonly worker: number; readonly generation: number }
  | { readonly role: "control" | "supervisor"; readonly generation: number };

const controlCode = 252;
const supervisorCode = 253;

/** Set in a worker area's owner word while its rows are being settled for a dead worker, so that its successor is not taken for it. */
export const recoveringFlag = 0x4000_0000;

/** A positive 30-bit integer: generation, then the process's code. Zero means none. */
export function ownerWord(owner: LedgerOwner): number {
  return ((owner.generation & 0x3f_ffff) << 8) | code(owner);
}

/** The worker that an owner word of a worker area names. */
export function workerOf(word: number): { readonly worker: number; readonly generation: number } {
  return { worker: (word & 0xff) - 1, generation: (word & ~recoveringFlag) >>> 8 };
}

function code(owner: LedgerOwner): number {
  switch (owner.role) {
    case "worker":
      if (!Number.isInteger(owner.worker) || owner.worker < 0 || owner.worker >= controlCode - 1) {
        throw new RangeError(
          `Cannot use the ledger as worker ${owner.worker}: an index below ${controlCode - 1} is needed`,
        );
      }
      return owner.worker + 1;
    case "control":
      return controlCode;
    case "supervisor":
      return supervisorCode;
  }
}
