import type { ReactNode } from "react";
import type { Provider, Target } from "#api/schema.gen";
import { StatusDot } from "#components/badge";
import { healthWords, stateOf, worstOf } from "#components/health-words";
import { NameCell } from "#components/name-cell";
import { ProviderMark } from "#components/provider-mark";
import { Skeleton } from "#components/skeleton";
import type { Column } from "#components/table-column";
import { formatMs } from "#lib/format-duration";
import { formatCount, formatShare } from "#lib/format-number";
import { HealthStrip } from "./health-strip";
import type { ProviderHealth } from "./read-health";

export type ProviderRow = {
  readonly provider: Provider;
  readonly targets: readonly Target[];
  /** Undefined where there was no request; null while that is not known. */
  readonly health: ProviderHealth | undefined | null;
};

export const columns: readonly Column<ProviderRow>[] = [
  {
    id: "name",
    header: "Provider",
    width: 200,
    grow: true,
    always: true,
    cell: ({ provider: { id, name, read_only: isOfFile, declared_at: place } }) => (
      <NameCell
        name={name}
        declared={isOfFile ? (place ?? "file") : undefined}
        before={<ProviderMark name={name} className="size-5" />}
      >
        {name !== id && <span className="min-w-0 shrink-[9] truncate text-faint max-md:hidden">{id}</span>}
      </NameCell>
    ),
  },
  { id: "state", header: "Now", width: 196, cell: (row) => <State {...row} /> },
  {
    id: "health",
    header: "Health over time",
    width: 140,
    cell: ({ health }) => known(health, (read) => <HealthStrip health={read} />),
  },
  {
    id: "requests",
    header: "Requests",
    width: 92,
    align: "right",
    cell: ({ health }) => known(health, (read) => formatCount(read?.requests ?? 0)),
  },
  {
    id: "errors",
    header: "Errors",
    width: 76,
    align: "right",
    cell: ({ health }) => known(health, (read) => formatShare(read && read.errors / read.requests)),
  },
  {
    id: "latency",
    header: "Median",
    width: 84,
    align: "right",
    cell: ({ health }) => known(health, (read) => formatMs(read?.durationMs)),
  },
  { id: "keys", header: "Keys", width: 64, align: "right", cell: ({ provider }) => formatCount(provider.keys.length) },
];

/** Figures that are not read yet are no zeros. */
function known(health: ProviderRow["health"], show: (read: ProviderHealth | undefined) => ReactNode): ReactNode {
  return health === null ? <Skeleton className="ml-auto h-3 w-3/5" /> : show(health);
}

/** The state of a provider is that of its worst target, or what keeps it from being called at all. */
function State({ provider, targets }: ProviderRow) {
  const { word, tone } = stateWords(provider, targets);
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StatusDot tone={tone} />
      <span className="truncate">{word}</span>
    </span>
  );
}

export function stateWords(provider: Provider, targets: readonly Target[]): ReturnType<typeof healthWords> {
  if (provider.auth !== "none") {
    if (provider.keys.length === 0) return { word: "needs a key", tone: "warn" };
    if (!provider.keys.some(({ usable }) => usable)) return { word: "key not found", tone: "bad" };
  }
  const states = targets.map(stateOf);
  const worst = worstOf(states);
  if (worst === undefined) return { word: "not asked yet", tone: "neutral" };
  const { word, tone } = healthWords(worst);
  const count = states.filter((state) => state === worst).length;
  if (worst === "healthy" || count === states.length) return { word, tone };
  return { word: `${count} of ${states.length} ${word}`, tone: "warn" };
}
