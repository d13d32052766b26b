import { isDamage } from "#lib/damaged-database";
import { databaseFileState } from "#lib/database-file";
import { setAside } from "../../sqlite/set-aside";
import { type LogDatabase, openLogDatabase } from "./open-log-database";

/** How often it is looked whether the file is whole. */
const lookMs = 1000;

export type DamageGuard = LogDatabase & {
  /** Does what writes. What SQLite finds damaged then stays so, and records would wait for ever: the database is set aside. */
  readonly guard: <R>(work: () => R) => R;
  /** Throws where the file was cut or overwritten, which SQLite may not notice for long; the database is set aside then. */
  readonly check: () => void;
};

/**
 * Opens the log database as one who may set it aside where it is damaged: ingestion alone, which must go on. A new one is
 * made in the place of one that cannot be opened. `onSetAside` is told where each is now.
 */
export function openGuarded(file: string, busyTimeoutMs: number, onSetAside: (aside: string) => void): DamageGuard {
  const open = () => openLogDatabase(file, { busyTimeoutMs });
  const condemn = () => onSetAside(setAside(file, Date.now()));
  let opened: LogDatabase;
  try {
    opened = open();
  } catch (error) {
    if (!isDamage(error)) throw error;
    condemn();
    opened = open();
  }
  const { database, inPlace } = opened;
  const condemnOpen = () => {
    database.close();
    if (inPlace()) condemn();
  };
  return {
    database,
    inPlace,
    guard: (work) => {
      try {
        return work();
      } catch (error) {
        if (isDamage(error)) condemnOpen();
        throw error;
      }
    },
    check: createCheck(file, condemnOpen),
  };
}

/** Damage is what is seen twice: a checkpoint of another thread is over by then. */
function createCheck(file: string, condemn: () => void): () => void {
  let lookedMs = performance.now();
  let was = "whole";
  return () => {
    if (performance.now() - lookedMs < lookMs) return;
    lookedMs = performance.now();
    const before = was;
    was = databaseFileState(file);
    if (was === "whole" || was === "gone" || was !== before) return;
    condemn();
    throw new Error(`Cannot write to ${file}: it was damaged while open (${was})`);
  };
}
