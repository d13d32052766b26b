import type { Route } from "#api/schema.gen";
import { StatusDot } from "#components/badge";
import { NameCell } from "#components/name-cell";
import type { Column } from "#components/table-column";
import { formatCount, formatShare } from "#lib/format-number";
import type { Leg } from "./route-legs";

export type RouteRow = { readonly route: Route; readonly legs: readonly Leg[] };

export const columns: readonly Column<RouteRow>[] = [
  {
    id: "alias",
    header: "Alias",
    width: 260,
    always: true,
    cell: ({ route: { alias, read_only: isOfFile, declared_at: place } }) => (
      <NameCell name={alias} declared={isOfFile ? (place ?? "file") : undefined} />
    ),
  },
  { id: "targets", header: "Targets", width: 360, grow: true, cell: ({ legs }) => targetWords(legs) },
  {
    id: "fallbacks",
    header: "Fallbacks",
    width: 180,
    grow: true,
    cell: ({ route }) =>
      route.fallbacks.length === 0 ? <span className="text-faint">none</span> : route.fallbacks.join(", "),
  },
  { id: "state", header: "Now", width: 160, cell: ({ legs }) => <State legs={legs} /> },
];

function targetWords(legs: readonly Leg[]): string {
  return legs.flatMap(({ model, share }) => (share === undefined ? [] : [`${model} ${formatShare(share)}`])).join(", ");
}

function State({ legs }: { readonly legs: readonly Leg[] }) {
  const failing = legs.filter(({ tone }) => tone === "bad" || tone === "warn");
  const tone = failing.length === legs.length ? "bad" : failing.length > 0 ? "warn" : (legs[0]?.tone ?? "neutral");
  const words =
    failing.length > 0 ? `${formatCount(failing.length)} of ${formatCount(legs.length)} not used` : legs[0]?.word;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StatusDot tone={tone} />
      <span className="truncate">{words}</span>
    </span>
  );
}
