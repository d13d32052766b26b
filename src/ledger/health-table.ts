import { type HealthState, type HealthTable, hasServed, newHealth } from "#core/health";
import {
  addHealthUse,
  healthHash,
  healthRowWord,
  isHealthNamed,
  neverUsedHash,
  nobodysHash,
  readHealth,
  readHealthHash,
  readHealthName,
  storedHealthName,
  writeHealth,
} from "./health-row";
import { headerInt, healthRow } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { acquireLock, impatientParks, patientParks, releaseLock } from "./lock";

/** When all rows are taken, a row that has not changed for so long is given to another name. */
const idleMs = 600_000;
/** The same for one that has never answered: names that clients make up must not take the rows of those that serve. */
const vainIdleMs = 60_000;
/** So long that no ejection can still be running. */
const veryIdleMs = 3_600_000;

/**
 * Health of targets and provider keys in the mapped file. A row's number carries the generation of its name: a number
 * from before the row was given away reads a new state and changes nothing. Changes take a lock of their
 * own and no transaction: a process killed within one leaves a mixture of old and new numbers, each of them whole.
 */
export function openHealthTable(file: LedgerFile, nowMs: () => number = Date.now): HealthTable {
  const known = new Map<string, number>();
  let parks = patientParks;

  /** After one vain wait none, until the lock is had again: its owner may be dead. */
  const lock = (mostParks: number): boolean => {
    const taken = acquireLock(file, headerInt.healthLock, Math.min(parks, mostParks));
    parks = taken ? patientParks : 0;
    return taken;
  };
  const unlock = () => releaseLock(file, headerInt.healthLock);
  const makeRow = (stored: Uint8Array): number => {
    if (!lock(patientParks)) return -1;
    try {
      return findOrMake(file, stored, nowMs());
    } finally {
      unlock();
    }
  };
  return {
    row: (name) => {
      const remembered = known.get(name);
      if (remembered !== undefined && wordOf(file, remembered) !== undefined) return remembered;
      const stored = storedHealthName(name);
      // A name is given once in the life of a file, and recovery can name no target without it: worth a longer wait.
      const row = findRow(file, stored) ?? makeRow(stored);
      if (known.size >= 2 * healthRow.count) known.clear();
      if (row !== -1) known.set(name, row);
      return row;
    },
    read: (row) => {
      const word = wordOf(file, row);
      return word === undefined ? newHealth : readHealth(file, word);
    },
    update: (row, change) => {
      const word = wordOf(file, row);
      if (word === undefined) return newHealth;
      if (!lock(impatientParks)) return readHealth(file, word);
      try {
        if (wordOf(file, row) !== word) return newHealth;
        const state = change(readHealth(file, word));
        writeHealth(file, word, state);
        file.write(word + healthRow.usedAtMs, nowMs());
        return state;
      } finally {
        unlock();
      }
    },
    addUse: (row, use) => {
      const word = wordOf(file, row);
      if (word === undefined) return;
      if (!lock(impatientParks)) return;
      try {
        if (wordOf(file, row) !== word) return;
        addHealthUse(file, word, use);
        file.write(word + healthRow.usedAtMs, nowMs());
      } finally {
        unlock();
      }
    },
    list: () => {
      const rows: { readonly name: string; readonly state: HealthState }[] = [];
      for (let index = 0; index < healthRow.count; index++) {
        const row = rowAt(file, index);
        const word = wordOf(file, row);
        if (word === undefined) continue;
        const found = { name: readHealthName(file, word), state: readHealth(file, word) };
        // Else it was given to another name in between: the next list has that.
        if (wordOf(file, row) !== undefined) rows.push(found);
      }
      return rows;
    },
  };
}

/** The name of a row, as recovery finds it noted; empty when there is none any more. */
export function healthName(file: LedgerFile, row: number): string {
  const word = wordOf(file, row);
  return word === undefined ? "" : readHealthName(file, word);
}

/** Times by the machine's clock mean nothing after that started anew; counts stay. */
export function forgetHealthTimes(file: LedgerFile): void {
  for (let index = 0; index < healthRow.count; index++) {
    const word = healthRowWord(file, index);
    if (readHealthHash(file, word) <= nobodysHash) continue;
    const { requests, errors, retries, inputTokens, outputTokens, costNanodollars } = readHealth(file, word);
    writeHealth(file, word, {
      ...newHealth,
      requests,
      errors,
      retries,
      inputTokens,
      outputTokens,
      costNanodollars,
    });
  }
}

/** The row of a name, without the lock: another process may give the row away meanwhile, which its generation tells. */
function findRow(file: LedgerFile, name: Uint8Array): number | undefined {
  const hash = healthHash(name);
  for (let probe = 0; probe < healthRow.count; probe++) {
    const index = (hash + probe) % healthRow.count;
    const word = healthRowWord(file, index);
    const row = rowAt(file, index);
    const found = readHealthHash(file, word);
    if (found === neverUsedHash) return undefined;
    if (found === hash && isHealthNamed(file, word, name) && rowAt(file, index) === row) return row;
  }
  return undefined;
}

/** Call under the lock: no other process moves names then. */
function findOrMake(file: LedgerFile, name: Uint8Array, nowMs: number): number {
  const hash = healthHash(name);
  let spare: number | undefined;
  for (let probe = 0; probe < healthRow.count; probe++) {
    const index = (hash + probe) % healthRow.count;
    const word = healthRowWord(file, index);
    const found = readHealthHash(file, word);
    if (found === hash && isHealthNamed(file, word, name)) return rowAt(file, index);
    if (found === nobodysHash || (spare === undefined && found !== neverUsedHash && isIdle(file, word, nowMs)))
      spare ??= index;
    if (found === neverUsedHash) return giveRow(file, index, name, nowMs);
  }
  return spare === undefined ? -1 : giveRow(file, spare, name, nowMs);
}

function giveRow(file: LedgerFile, index: number, name: Uint8Array, nowMs: number): number {
  const word = healthRowWord(file, index);
  const generation = word * 2 + healthRow.generationInt;
  // First of all the old name's row number stops being good; the name counts from the last store on.
  file.writeInt(generation, file.readInt(generation) + 1);
  file.writeInt(word * 2 + healthRow.hashInt, nobodysHash);
  file.write(word + healthRow.nameBytes, name.length);
  file.writeBytes(word + healthRow.name, name);
  writeHealth(file, word, newHealth);
  file.write(word + healthRow.usedAtMs, nowMs);
  file.writeInt(word * 2 + healthRow.hashInt, healthHash(name));
  return rowAt(file, index);
}

function isIdle(file: LedgerFile, word: number, nowMs: number): boolean {
  const idle = nowMs - file.read(word + healthRow.usedAtMs);
  if (idle < vainIdleMs) return false;
  const state = readHealth(file, word);
  if (idle < idleMs && hasServed(state)) return false;
  const { ejectedUntilMs, heldUntilMs } = state;
  return (ejectedUntilMs === 0 && heldUntilMs === 0) || idle > veryIdleMs;
}

/** Place and generation in one number. */
function rowAt(file: LedgerFile, index: number): number {
  return file.readInt(healthRowWord(file, index) * 2 + healthRow.generationInt) * healthRow.count + index;
}

/** First word of a row that still has the name for which its number was given out. */
function wordOf(file: LedgerFile, row: number): number | undefined {
  if (row < 0) return undefined;
  const word = healthRowWord(file, row % healthRow.count);
  const isSame = file.readInt(word * 2 + healthRow.generationInt) === Math.floor(row / healthRow.count);
  return isSame && readHealthHash(file, word) > nobodysHash ? word : undefined;
}
