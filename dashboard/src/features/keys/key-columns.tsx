import type { VirtualKey } from "#api/schema.gen";
import { Badge } from "#components/badge";
import { limitUses, nearest, usedText } from "#components/limit-use";
import { MeterBar } from "#components/meter-bar";
import { NameCell } from "#components/name-cell";
import { Skeleton } from "#components/skeleton";
import type { Column } from "#components/table-column";
import { RelativeTime } from "#components/time-text";
import { formatMoney } from "#lib/format-money";
import { formatCount, noFigure } from "#lib/format-number";
import { writeTags } from "#lib/word-list";
import { keyState } from "./key-state";
import type { KeySpends } from "./sum-up-spend";

export function keyColumns(spends: KeySpends, spentIn: string, nowMs: number): readonly Column<VirtualKey>[] {
  return [
    { id: "name", header: "Name", width: 256, grow: true, always: true, cell: (key) => <KeyName row={key} /> },
    { id: "state", header: "State", width: 92, cell: (key) => <StateBadge row={key} nowMs={nowMs} /> },
    { id: "team", header: "Team", width: 120, cell: ({ team = noFigure }) => team },
    { id: "customer", header: "Customer", width: 120, hidden: true, cell: ({ customer = noFigure }) => customer },
    { id: "limit", header: "Nearest limit", width: 220, grow: true, cell: (key) => <LimitCell row={key} /> },
    {
      id: "spend",
      header: `Spend, ${spentIn}`,
      width: 116,
      align: "right",
      cell: ({ id }) => {
        const spend = spends.get(id);
        return spend === undefined ? <Skeleton className="w-12" /> : formatMoney(spend);
      },
    },
    {
      id: "requests",
      header: "Requests, all",
      width: 108,
      align: "right",
      cell: ({ usage }) => formatCount(usage?.requests),
    },
    {
      id: "running",
      header: "Running",
      width: 84,
      align: "right",
      hidden: true,
      cell: ({ usage }) => formatCount(usage?.running),
    },
    { id: "models", header: "Models", width: 160, hidden: true, cell: ({ models }) => models.join(", ") },
    { id: "tags", header: "Tags", width: 160, hidden: true, cell: ({ tags }) => writeTags(tags) || noFigure },
    {
      id: "expires",
      header: "Expires",
      width: 104,
      align: "right",
      cell: ({ expires_at: at }) => <RelativeTime value={at} />,
    },
    {
      id: "created",
      header: "Created",
      width: 104,
      align: "right",
      hidden: true,
      cell: ({ created_at: at }) => <RelativeTime value={at} />,
    },
  ];
}

function KeyName({ row: { name, hint, source, declared_at: place } }: { readonly row: VirtualKey }) {
  if (source === "file") return <NameCell name={name} declared={place ?? "file"} />;
  return (
    <NameCell name={name}>
      <span className="min-w-0 truncate font-mono text-xs text-muted">{hint}…</span>
    </NameCell>
  );
}

export function StateBadge({ row, nowMs }: { readonly row: VirtualKey; readonly nowMs: number }) {
  const { word, tone, why } = keyState(row, nowMs);
  return (
    <span title={why}>
      <Badge tone={tone}>{word}</Badge>
    </span>
  );
}

function LimitCell({ row }: { readonly row: VirtualKey }) {
  const uses = limitUses(row);
  const limit = nearest(uses);
  if (limit === undefined)
    return <span className="text-muted">{row.revoked_at === undefined ? "no limit" : noFigure}</span>;
  return (
    <span className="flex items-center gap-2" title={`${limit.label}: ${usedText(limit)}`}>
      <span className="w-16 shrink-0">
        <MeterBar {...limit} text={usedText(limit)} />
      </span>
      <span className="truncate text-muted">
        {limit.label}
        {uses.length > 1 && ` +${uses.length - 1}`}
      </span>
    </span>
  );
}
