/**
 * Where everything stands in the mapped file. "Word" counts Float64 (8 bytes), "int" counts Int32 (4 bytes), both from
 * the start of the file. `docs/internals/ledger.md` shows the same as a table. A change of anything here, or of the
 * metric columns, is another layout: the file is then made anew and rebuilt from the control plane's checkpoint.
 */
export const layoutVersion = 1;

/** "HGLEDGER" as two little-endian ints. */
export const magic = [0x454c_4748, 0x5245_4744] as const;

export const headerInt = {
  magic: 0,
  version: 2,
  metrics: 3,
  bootId: 4,
  checksum: 8,
  state: 9,
  clean: 10,
  contentChecksum: 11,
  lock: 16,
  growthLock: 32,
  extentCount: 48,
  extents: 64,
} as const;

/** Ints that the header checksum covers: magic, version, metrics, boot id. */
export const checkedHeaderInts = 8;
export const headerWord = { checkpointPosition: 6 } as const;

/** The header's state: `rebuild` until the control plane has filled the slots from its checkpoint. */
export const fileState = { rebuild: 0, ready: 1 } as const;

export const redo = { commitInt: 1024, firstWord: 520, capacity: 252 } as const;

/** The file grows by whole extents, listed in the header: `{kind: int, spare: int, first word: Float64}`. */
export const maxExtents = 240;
export const firstExtentWord = 1024;
export const extentKind = { seat: 1, slots: 2 } as const;
export type ExtentKind = (typeof extentKind)[keyof typeof extentKind];

/** A limit or counter. The second bank keeps the period before, so that late settlements find their own. */
export const slot = {
  tag: 0,
  limit: 1,
  allowance: 2,
  holders: 3,
  past: 4,
  banks: [8, 12],
  words: 16,
  perExtent: 4096,
} as const;

export const bank = { period: 0, charged: 1, held: 2 } as const;

/** What one worker process writes alone: its owner word, metric columns and hold rows. */
export const seat = { metrics: 8, metricColumns: 504, rows: 512, rowCount: 8192 } as const;

export const row = {
  phase: 0,
  ticket: 1,
  output: 2,
  entryCount: 3,
  id: 4,
  entries: 8,
  entryWords: 3,
  maxEntries: 12,
  words: 48,
} as const;

/** Values of a row's phase word; from `firstTaken` on they are `holdPhases` in order. */
export const rowPhase = { free: 0, reserving: 1, firstTaken: 2 } as const;

export const extentWords: { readonly [kind in ExtentKind]: number } = {
  [extentKind.seat]: seat.rows + seat.rowCount * row.words,
  [extentKind.slots]: slot.perExtent * slot.words,
};
