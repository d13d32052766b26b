import type { DataLock } from "./data-lock";
import type { ChildIdentity } from "./lock-file";
import { identityOf } from "./process-identity";

/** The children that live, child in the lock file: where this supervisor is killed, the next one finds them there. */
export type ChildRegistry = {
  readonly add: (pid: number, child: Omit<ChildIdentity, "pid" | "startedAt">) => void;
  readonly remove: (pid: number) => void;
};

export function createChildRegistry(lock: DataLock, before: readonly ChildIdentity[]): ChildRegistry {
  const living = new Map(before.map((child) => [child.pid, child]));
  const write = (): void => lock.update({ children: [...living.values()] });
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
