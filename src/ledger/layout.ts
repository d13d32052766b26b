import { windowParts } from "./ledger";

/**
 * The places of everything in the mapped file. "Word" counts Float64 (8 bytes), "int" counts Int32 (4 bytes), both from
 * the start of the file. `docs/internals/ledger.md` shows the same as a table. A change of anything here is another
 * layout: the file is then made anew and rebuilt from the control plane's checkpoint. What the metric columns mean is no
 * part of it: each worker area names its own table of them.
 */
export const layoutVersion = 2;

/** "HGLEDGER" as two little-endian ints. */
export const magic = [0x454c_4748, 0x5245_4744] as const;

/** Int 3 is zero; before version 0.2 it named the table of metric columns, for the whole file. */
export const headerInt = {
  magic: 0,
  version: 2,
  bootId: 4,
  checksum: 8,
  state: 9,
  clean: 10,
  contentChecksum: 11,
  lock: 16,
  growthLock: 32,
  healthLock: 40,
  extentCount: 48,
  extents: 64,
} as const;

/** Ints that the header checksum covers: magic, version, boot id. */
export const checkedHeaderInts = 8;
export const headerWord = { checkpointPosition: 6, machineMs: 7 } as const;

/** The header's state: `rebuild` until the control plane has filled the slots from its checkpoint. */
export const fileState = { rebuild: 0, ready: 1 } as const;

/** Room for the worst adjustment: 24 slots given back, 24 idle windows taken, and the row (see `transaction.test.ts`). */
export const redo = { commitInt: 1024, firstWord: 520, capacity: 764 } as const;

/** The file grows by whole extents, listed in the header: `{kind: int, spare: int, first word: Float64}`. */
export const maxExtents = 240;
export const firstExtentWord = 2048;
export const extentKind = { workerArea: 1, slots: 2, windows: 3, health: 4 } as const;
export type ExtentKind = (typeof extentKind)[keyof typeof extentKind];

/** The beginning of every slot; its number encodes its kind. */
export const slot = {
  tag: 0,
  limit: 1,
  allowance: 2,
  holders: 3,
  past: 4,
  unit: 5,
  mode: 6,
  /** Slots of either kind in one extent. */
  perExtent: 4096,
} as const;

/** A budget or counter. Of its two period cells one keeps the period before, so that late settlements find their own. */
export const periodSlot = { cells: [8, 12], words: 16 } as const;

export const periodCell = { period: 0, charged: 1, held: 2 } as const;

/**
 * Words of a budget's slot, in the place of a virtual key's refusals: when an override ends, milliseconds since the epoch, and
 * the allowance from then on. Zero without one.
 */
export const overrideEnd = { atMs: 11, allowance: 15 } as const;

/**
 * Ints of a virtual key's slot, in the words that its fields and cells leave free: how many of its requests were refused,
 * in the order of `refusalKinds`. Added to atomically, by any worker and without the lock; 2³² wraps to zero.
 */
export const refusedInts = [14, 15, 22, 23, 30, 31] as const;

/**
 * A rate limit. `newest` is the number of the newest sixteenth; the amount of sixteenth n is at n modulo the ring's
 * length. `past` counts all that was ever charged.
 */
export const windowSlot = { held: 7, newest: 8, ring: 9, ringLength: windowParts + 1, words: 26 } as const;

/**
 * What one worker process writes alone: its owner word, metric columns and hold rows. Rows from `rowsUsedInt` on were
 * never taken by the owner, so recovery and readers skip them. `metricTableInt` is the fingerprint of the table that its
 * metric columns were counted by; zero before version 0.2.
 */
export const workerArea = {
  rowsUsedInt: 2,
  metricTableInt: 4,
  metrics: 8,
  metricColumns: 504,
  rows: 512,
  rowCount: 8192,
} as const;

export const row = {
  phase: 0,
  ticket: 1,
  output: 2,
  entryCount: 3,
  id: 4,
  labelBytes: 6,
  clientPays: 7,
  exposure: 8,
  label: 16,
  maxLabelBytes: 256,
  entries: 48,
  entryWords: 3,
  words: 120,
} as const;

/** Values of a row's phase word; from `firstTaken` on they are `holdPhases` in order. */
export const rowPhase = { free: 0, reserving: 1, firstTaken: 2 } as const;

/**
 * Health of a target or provider key. The first word is two ints: hash of the name (0 never used, 1 given up), and a
 * generation that grows when the row gets another name.
 */
export const healthRow = {
  hashInt: 0,
  generationInt: 1,
  usedAtMs: 1,
  nameBytes: 2,
  numbers: 3,
  numberCount: 20,
  name: 23,
  maxNameBytes: 200,
  words: 48,
  count: 4096,
} as const;

export const extentWords: { readonly [kind in ExtentKind]: number } = {
  [extentKind.workerArea]: workerArea.rows + workerArea.rowCount * row.words,
  [extentKind.slots]: slot.perExtent * periodSlot.words,
  [extentKind.windows]: slot.perExtent * windowSlot.words,
  [extentKind.health]: healthRow.count * healthRow.words,
};
