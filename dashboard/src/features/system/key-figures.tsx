import type { ReactNode } from "react";
import type { System } from "#api/schema.gen";
import { Stat, StatRow } from "#components/stat";
import { formatMs } from "#lib/format-duration";
import { formatBytes, formatCount } from "#lib/format-number";

/** How the instance stands, in a row; skeletons while it is read. */
export function KeyFigures({ system }: { readonly system: System | undefined }) {
  const memory = system?.processes.reduce((sum, { memory_bytes: bytes = 0 }) => sum + bytes, 0);
  const { workers, journal, storage } = system ?? {};
  const stored = storage && storage.log_bytes + storage.content_bytes + storage.journal_bytes;
  return (
    <StatRow>
      <Stat
        label="Workers ready"
        value={workers && `${workers.ready} of ${workers.wanted}`}
        note={workers && workers.outdated > 0 ? <Bad>{workers.outdated} outdated</Bad> : undefined}
      />
      <Stat label="Memory" value={memory === undefined ? undefined : memory === 0 ? "–" : formatBytes(memory)} />
      <Stat
        label="Ingest lag"
        value={journal && formatMs(journal.ms)}
        note={journal && `${formatCount(journal.records)} records wait`}
      />
      <Stat
        label="Journal"
        value={journal && formatBytes(journal.bytes)}
        note={
          journal && journal.lost > 0 ? <Bad>{formatCount(journal.lost)} records lost</Bad> : journal && "none lost"
        }
      />
      <Stat label="Log on disk" value={stored === undefined ? undefined : formatBytes(stored)} />
      <Stat label="Disk free" value={storage && formatBytes(storage.disk_free_bytes)} />
    </StatRow>
  );
}

function Bad({ children }: { readonly children: ReactNode }) {
  return <span className="text-bad">{children}</span>;
}
