import { limitUses, nearest, usedText } from "#components/limit-use";
import { MeterBar } from "#components/meter-bar";
import { NameCell } from "#components/name-cell";
import type { Column } from "#components/table-column";
import { RelativeTime } from "#components/time-text";
import { noFigure } from "#lib/format-number";
import { writeTags } from "#lib/word-list";
import type { ScopeKind } from "./scope-kind";
import type { ScopeRow } from "./scope-row";

export function scopeColumns(kind: ScopeKind): readonly Column<ScopeRow>[] {
  return [
    {
      id: "name",
      header: "Name",
      width: 180,
      grow: true,
      always: true,
      cell: (row) => (
        <NameCell name={row.name} declared={row.source === "file" ? (row.declared_at ?? "file") : undefined} />
      ),
    },
    ...(kind === "teams" ? [customer] : []),
    ...(kind === "limits" ? [match] : []),
    { id: "limit", header: "Nearest limit", width: 240, grow: true, cell: (row) => <LimitCell row={row} /> },
    { id: "left", header: "Left", width: 120, align: "right", cell: leftOf },
    {
      id: "anew",
      header: "Starts anew",
      width: 116,
      align: "right",
      cell: (row) => <RelativeTime value={nearest(limitUses(row))?.resetsAt} />,
    },
  ];
}

const customer: Column<ScopeRow> = {
  id: "customer",
  header: "Customer",
  width: 140,
  cell: ({ customer: name = noFigure }) => name,
};

const match: Column<ScopeRow> = { id: "match", header: "Counts", width: 180, grow: true, cell: matchWords };

/** Which requests a limit of the gateway counts. */
export function matchWords({ model, provider, provider_key: key, tags = {} }: ScopeRow): string {
  const parts = [
    ...(provider === undefined ? [] : [`provider ${provider}`]),
    ...(model === undefined ? [] : [`model ${model}`]),
    ...(key === undefined ? [] : [`provider key ${key}`]),
    ...(Object.keys(tags).length === 0 ? [] : [`keys with ${writeTags(tags)}`]),
  ];
  return parts.length === 0 ? "everything" : parts.join(", ");
}

function leftOf(row: ScopeRow): string {
  const limit = nearest(limitUses(row));
  return limit === undefined ? noFigure : limit.format(limit.remaining);
}

function LimitCell({ row }: { readonly row: ScopeRow }) {
  const uses = limitUses(row);
  const limit = nearest(uses);
  if (limit === undefined) return <span className="text-muted">no limit</span>;
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
