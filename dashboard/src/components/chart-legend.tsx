import { type ChartSeries, colourOf } from "#lib/chart-scale";

type Props = {
  readonly series: readonly ChartSeries[];
  readonly onMute: (name: string | undefined) => void;
  readonly onSeries: ((name: string) => void) | undefined;
  /** Pixels, so that names stand below the plot. */
  readonly inset: number;
};

export function ChartLegend({ series, onMute, onSeries, inset }: Props) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted" style={{ paddingLeft: inset }}>
      {series.map((one, index) => (
        <li
          key={one.name}
          onPointerEnter={() => onMute(one.name)}
          onPointerLeave={() => onMute(undefined)}
          className="flex min-w-0 items-center gap-1.5"
        >
          <span
            aria-hidden="true"
            className="size-2 shrink-0 rounded-[2px]"
            style={{ background: colourOf(one, index) }}
          />
          {onSeries === undefined ? (
            <span className="max-w-56 truncate">{one.name}</span>
          ) : (
            <button
              type="button"
              onClick={() => onSeries(one.name)}
              className="max-w-56 truncate rounded-sm hover:text-text"
            >
              {one.name}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
