import { isDamage } from "#lib/damaged-database";
import { setAside } from "../../sqlite/set-aside";
import { isWholeFile } from "../../sqlite/whole-file";
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
 * made in the place of one that is damaged. `onSetAside` is told where each is now.
 */
export function openGuarded(file: string, busyTimeoutMs: number, onSetAside: (aside: string) => void): DamageGuard {
  const condemn = () => onSetAside(setAside(file, Date.now()));
  const opened = openWhole(file, busyTimeoutMs) ?? makeAnew();
  const { database, inPlace } = opened;
  const condemnOpen = () => {
    database.close();
    if (inPlace()) condemn();
  };
  let lookedMs = performance.now();
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
    check: () => {
      if (performance.now() - lookedMs < lookMs) return;
      lookedMs = performance.now();
      if (isWholeFile(database, file) !== false) return;
      condemnOpen();
      throw new Error(`Cannot write to ${file}: it was damaged while open`);
    },
  };

  function makeAnew(): LogDatabase {
    condemn();
    return openLogDatabase(file, { busyTimeoutMs });
  }
}

/**
 * Undefined where it is damaged. What is cut within its first page SQLite takes for a new one, without a word: what was written
 * to it would be set aside a moment later.
 */
function openWhole(file: string, busyTimeoutMs: number): LogDatabase | undefined {
  let opened: LogDatabase | undefined;
  try {
    opened = openLogDatabase(file, { busyTimeoutMs });
    if (isWholeFile(opened.database, file) !== false) return opened;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  opened?.database.close();
  return undefined;
}
