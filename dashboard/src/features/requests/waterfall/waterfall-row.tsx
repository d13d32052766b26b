import { classNames } from "#lib/class-names";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { modelName, type RequestRecord } from "../record";
import { StatusBadge } from "../status-badge";
import { spanOf, type TimeAxis } from "./time-axis";

type Props = {
  readonly record: RequestRecord;
  readonly axis: TimeAxis;
  readonly isOpen: boolean;
  readonly firstMs: number;
  readonly onOpen: () => void;
};

export function WaterfallRow({ record, axis, isOpen, firstMs, onOpen }: Props) {
  const { from, to } = spanOf(record);
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        aria-current={isOpen}
        className={classNames(
          "grid w-full grid-cols-1 items-center gap-x-4 gap-y-1 border-b border-line px-2 py-1.5 text-left sm:grid-cols-[minmax(0,280px)_minmax(0,1fr)_232px]",
          isOpen ? "bg-accent-soft" : "hover:bg-hover",
        )}
      >
        <span className="flex min-w-0 items-center gap-2">
          <StatusBadge record={record} />
          <span className="truncate">{modelName(record)}</span>
        </span>
        <Bar record={record} start={axis.place(from)} end={axis.place(to)} pauses={axis.pauses.map(({ at }) => at)} />
        <span className="text-sm text-muted sm:text-right">
          +{formatMs(from - firstMs)} · {formatMs(record.duration_ms)} · {formatMoney(record.cost_usd)}
        </span>
      </button>
    </li>
  );
}

type BarProps = {
  readonly record: RequestRecord;
  readonly start: number;
  readonly end: number;
  readonly pauses: readonly number[];
};

function Bar({ record, start, end, pauses }: BarProps) {
  const { outcome, first_token_ms, duration_ms } = record;
  const colour = outcome === "ok" ? "bg-accent" : "bg-bad-fill";
  const waited = first_token_ms === undefined ? 1 : Math.min(1, first_token_ms / Math.max(1, duration_ms));
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
  return (
    <span aria-hidden="true" className="relative block h-3 overflow-hidden rounded-sm bg-subtle">
      {pauses.map((at) => (
        <span key={at} className="absolute inset-y-0 w-px bg-line-strong" style={{ left: percent(at) }} />
      ))}
      <span
        className={classNames("absolute inset-y-0 min-w-0.5 rounded-[1px]", colour, waited < 1 && "opacity-40")}
        style={{ left: percent(start), width: percent(end - start) }}
      />
      {waited < 1 && (
        <span
          className={classNames("absolute inset-y-0 min-w-0.5 rounded-[1px]", colour)}
          style={{ left: percent(start + (end - start) * waited), width: percent((end - start) * (1 - waited)) }}
        />
      )}
    </span>
  );
}
