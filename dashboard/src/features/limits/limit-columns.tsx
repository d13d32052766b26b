import { LimitMarks } from "#components/limit-list";
import { type LimitUse, usedText } from "#components/limit-use";
import { MeterBar } from "#components/meter-bar";
import type { Column } from "#components/table-column";
import { RelativeTime } from "#components/time-text";

export const limitColumns: readonly Column<LimitUse>[] = [
  { id: "scope", header: "Of", width: 180, grow: true, always: true, cell: (limit) => <ScopeCell limit={limit} /> },
  { id: "limit", header: "Limit", width: 210, grow: true, always: true, cell: (limit) => <LimitCell limit={limit} /> },
  {
    id: "meter",
    header: "Used",
    width: 120,
    cell: (limit) => <MeterBar {...limit} text={usedText(limit)} />,
  },
  { id: "used", header: "", width: 92, align: "right", sort: "used", cell: ({ used, format }) => format(used) },
  {
    id: "held",
    header: "Held",
    width: 84,
    align: "right",
    cell: ({ held, format }) => <span className={held > 0 ? "" : "text-faint"}>{format(held)}</span>,
  },
  { id: "left", header: "Left", width: 92, align: "right", cell: ({ remaining, format }) => format(remaining) },
  {
    id: "anew",
    header: "Starts anew",
    width: 116,
    align: "right",
    cell: ({ resetsAt }) => <RelativeTime value={resetsAt} />,
  },
];

function ScopeCell({ limit: { scope } }: { readonly limit: LimitUse }) {
  const [kind = "", ...name] = scope.split(":");
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <bdi className="truncate font-medium">{name.join(":")}</bdi>
      <span className="text-sm text-muted">{kind === "limit" ? "gateway" : kind}</span>
    </span>
  );
}

function LimitCell({ limit }: { readonly limit: LimitUse }) {
  return (
    <span className="flex min-w-0 items-center gap-2" title={limit.only}>
      <span className="truncate">{limit.label}</span>
      <LimitMarks limit={limit} />
      {limit.only !== undefined && <span className="truncate text-sm text-muted">{limit.only}</span>}
    </span>
  );
}
