import type { ConnectedWorker } from "#channel/worker-link";
import { ControlError } from "#core/control-error";

/**
 * Throws where workers cannot read a change that was just made: those of another version, after the control plane was
 * replaced alone. The change holds all the same, and reaches them when they are replaced.
 */
export function refuseOutdated(workers: readonly ConnectedWorker[]): void {
  const outdated = workers.filter(({ refusal }) => refusal !== undefined);
  if (outdated.length === 0) return;
  const named = outdated.map(({ worker, version }) => `worker ${worker} (version ${version})`).join(", ");
  throw new ControlError(
    "unavailable",
    `Cannot give the change to every worker: it is stored, but ${named} cannot read it and goes on without it; run "headgate restart" to replace the workers`,
  );
}
