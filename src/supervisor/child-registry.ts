import type { ChildIdentity } from "./lock-file";
import type { LockNotes } from "./lock-notes";
import { identityOf } from "./process-identity";

/** The children that live, as they stand in the lock file: where this supervisor is killed, the next one finds them there. */
export type ChildRegistry = {
  readonly add: (pid: number, child: Omit<ChildIdentity, "pid" | "startedAt">) => void;
  readonly remove: (pid: number) => void;
};

export function createChildRegistry(notes: LockNotes, before: readonly ChildIdentity[]): ChildRegistry {
  const living = new Map(before.map((child) => [child.pid, child]));
  const write = (): void => notes.update({ children: [...living.values()] });
  return {
    add: (pid, child) => {
      const identity = identityOf(pid);
      if (identity === undefined) return;
      living.set(pid, { ...identity, ...child });
      write();
    },
    remove: (pid) => {
      living.delete(pid);
      write();
    },
  };
}
