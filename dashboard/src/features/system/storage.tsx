import type { System } from "#api/schema.gen";
import { Facts } from "#components/facts";
import { MeterBar } from "#components/meter-bar";
import { formatBytes } from "#lib/format-number";

/** What lies on the disk, and how full that is. */
export function Storage({ storage }: { readonly storage: System["storage"] }) {
  const { disk_size_bytes: size, disk_free_bytes: free } = storage;
  const text = `${formatBytes(free)} of ${formatBytes(size)} free`;
  return (
    <div className="flex max-w-xl flex-col gap-3">
      <div className="flex flex-col gap-1">
        <span>{text}</span>
        <MeterBar label="Disk" used={size - free} limit={size} text={text} />
      </div>
      <Facts
        facts={[
          { name: "Records", value: formatBytes(storage.log_bytes) },
          { name: "Contents", value: formatBytes(storage.content_bytes) },
          { name: "Journal", value: formatBytes(storage.journal_bytes) },
          { name: "Configuration", value: formatBytes(storage.configuration_bytes) },
          { name: "Ledger", value: formatBytes(storage.ledger_bytes) },
        ]}
      />
    </div>
  );
}
