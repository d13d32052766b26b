import type { Database } from "bun:sqlite";
import type { IngestPosition, IngestPositions } from "../../ingest-position";

type PositionRow = IngestPosition & { readonly segment: string };

/** How far journal segments are read, as rows that are written by the transaction of what was read. */
export function createJournalPositions(database: Database) {
  const list = database.prepare<PositionRow, []>("SELECT segment, identity, offset, sequence FROM journal_positions");
  const insert = database.prepare("INSERT OR REPLACE INTO journal_positions VALUES (?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM journal_positions WHERE segment = ?");
  return {
    read: (): IngestPositions => new Map(list.all().map(({ segment, ...position }) => [segment, position])),
    write: (positions: IngestPositions): void => {
      for (const [segment, { identity, offset, sequence }] of positions)
        insert.run(segment, identity, offset, sequence);
    },
    forget: database.transaction((segments: readonly string[]) => {
      for (const segment of segments) remove.run(segment);
    }),
  };
}
