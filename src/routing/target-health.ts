import type { Clock } from "#core/clock";
import { type HealthState, type HealthTable, newHealth } from "#core/health";
import { learntModel, type Target } from "#core/target";
import { inputTotal, outputTotal, type Usage } from "#core/usage";
import { type FailureClass, failureClasses } from "./failure-classes";
import {
  type Admission,
  type AttemptFacts,
  admission,
  afterFailure,
  afterKeyAccepted,
  afterKeyRefused,
  afterSuccess,
  claimProbe,
  dropProbe,
  type HealthSettings,
  spendRetry,
  wasKeyRefused,
} from "./health";

/** An attempt that was made. */
export type AttemptMade = { readonly startedMs: number; readonly isRetry: boolean };

export type AttemptFailed = AttemptMade & {
  readonly failureClass: FailureClass;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
};

/** The health of targets and their keys, kept in rows that all workers share. Times are `Clock.machineMs`. */
export type TargetHealth = {
  /** The row of a target; -1 without one. */
  readonly row: (target: Target) => number;
  readonly admission: (target: Target) => Admission;
  /** What is known of a target; that of a new one where nothing is kept. */
  readonly state: (target: Target) => HealthState;
  /** Whether the caller is the one that probes the target. */
  readonly claimProbe: (target: Target) => boolean;
  readonly dropProbe: (target: Target) => void;
  /** Whether the target may be asked once more; counts it if so. */
  readonly spendRetry: (target: Target) => boolean;
  /** `latencyMs` is the time to its headers or first token; undefined where none came. */
  readonly succeeded: (target: Target, made: AttemptMade, latencyMs: number | undefined) => void;
  readonly failed: (target: Target, failed: AttemptFailed) => void;
  /** Counts what an attempt used, for metrics. */
  readonly used: (target: Target, usage: Usage, costNanodollars: number) => void;
};

type Names = { readonly target: string; readonly key: string };

export function createTargetHealth(
  table: HealthTable,
  clock: Pick<Clock, "machineMs">,
  random: () => number,
  settings: HealthSettings,
): TargetHealth {
  // Targets live as long as the snapshot they were made from. The table remembers the rows, for it may give one to another name.
  const remembered = new WeakMap<Target, Names>();

  const namesOf = (target: Target): Names => {
    let names = remembered.get(target);
    if (names === undefined) {
      names = { target: targetName(target), key: keyName(target) };
      remembered.set(target, names);
    }
    return names;
  };
  /** What is done with stored objects is about no model, and says nothing of any. */
  const rowOf = (target: Target) => (target.model === "" ? -1 : table.row(namesOf(target).target));
  const rowsOf = (target: Target) => {
    const names = namesOf(target);
    return { target: rowOf(target), key: table.row(names.key) };
  };

  /** Whether `change` had something to change. Without a row nothing is known, and nothing forbidden. */
  const takes = (row: number, change: (state: HealthState) => HealthState): boolean => {
    if (row < 0) return true;
    let changed = false;
    table.update(row, (state) => {
      const next = change(state);
      changed = next !== state;
      return next;
    });
    return changed;
  };

  const keyAnswered = (row: number) => {
    if (row >= 0 && wasKeyRefused(table.read(row))) table.update(row, afterKeyAccepted);
  };

  const noteSuccess = (row: number, facts: AttemptFacts, latencyMs: number | undefined) => {
    table.update(row, (state) => afterSuccess(state, facts, latencyMs, settings));
  };

  return {
    row: rowOf,
    admission: (target) => {
      const rows = rowsOf(target);
      const nowMs = clock.machineMs();
      const ofKey = rows.key < 0 ? undefined : admission(table.read(rows.key), nowMs);
      if (ofKey?.state === "closed") return ofKey;
      return rows.target < 0 ? { state: "open" } : admission(table.read(rows.target), nowMs);
    },
    state: (target) => {
      const row = rowOf(target);
      return row < 0 ? newHealth : table.read(row);
    },
    claimProbe: (target) => takes(rowOf(target), (state) => claimProbe(state, clock.machineMs(), settings)),
    dropProbe: (target) => {
      table.update(rowOf(target), dropProbe);
    },
    spendRetry: (target) => takes(rowOf(target), spendRetry),
    succeeded: (target, made, latencyMs) => {
      const facts = { isRetry: made.isRetry, startedMs: made.startedMs, nowMs: clock.machineMs() };
      noteSuccess(rowOf(target), facts, latencyMs);
      keyAnswered(table.row(namesOf(target).key));
    },
    failed: (target, { status = 0, ...failed }) => {
      const rows = rowsOf(target);
      const facts = { ...failed, status, nowMs: clock.machineMs(), random: random() };
      const says = failureClasses[failed.failureClass].health;
      // What a provider holds against one client's credential says nothing of another's.
      if (target.key.fromClient === true && (says === "hold-key" || says === "hold-target")) {
        table.update(rows.target, dropProbe);
        return;
      }
      table.update(rows.target, (state) => afterFailure(state, facts, settings));
      if (says === "hold-key") table.update(rows.key, (state) => afterKeyRefused(state, facts, settings));
      else if (says === "alive") keyAnswered(rows.key);
    },
    used: (target, usage, costNanodollars) => {
      table.addUse(rowOf(target), {
        inputTokens: inputTotal(usage),
        outputTokens: outputTotal(usage),
        costNanodollars,
      });
    },
  };
}

/** The name of a target's row. */
export function targetName(target: Target): string {
  return `${target.provider.id}/${learntModel(target)}#${target.key.name}`;
}

function keyName({ provider, key }: Target): string {
  return `${provider.id}#${key.name}`;
}
