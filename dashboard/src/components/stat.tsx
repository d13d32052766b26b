import type { ReactNode } from "react";
import { classNames } from "#lib/class-names";
import { formatPoints, formatShare } from "#lib/format-number";
import { Skeleton } from "./skeleton";

type Props = {
  readonly label: string;
  /** Formatted; undefined while it is read. */
  readonly value: ReactNode | undefined;
  readonly change?: Change | undefined;
  readonly note?: ReactNode;
};

export type Change = {
  readonly now: number;
  readonly before: number;
  /** Whether more is good, bad, or neither. */
  readonly moreIs?: "good" | "bad";
  /** Both are shares: the difference is told in percentage points. */
  readonly inPoints?: boolean;
};

/** One figure, against the period before. */
export function Stat({ label, value, change, note }: Props) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <span className="truncate text-sm text-muted">{label}</span>
      {value === undefined ? (
        <Skeleton className="my-1 h-6 w-20" />
      ) : (
        <span className="truncate text-xl font-semibold tracking-[-0.02em]">{value}</span>
      )}
      <span data-note="" className="flex h-4 items-center gap-2 text-sm text-faint">
        {change !== undefined && value !== undefined && <Delta {...change} />}
        {note}
      </span>
    </div>
  );
}

/** Shares nearer to each other are told as the same. */
const leastPoints = 0.00005;

/** How much more or less than before; nothing where there was nothing before. */
export function Delta({ now, before, moreIs, inPoints = false }: Change) {
  if (before === 0 && now === 0) return <span title="As in the period before">no change</span>;
  if (before === 0 && !inPoints) return <span title="There was none in the period before">new</span>;
  const change = before === 0 ? 1 : (now - before) / before;
  const share = inPoints && Math.abs(now - before) < leastPoints ? 0 : change;
  const isGood = moreIs === undefined || share === 0 ? undefined : share > 0 === (moreIs === "good");
  const sign = share > 0 ? "+" : share < 0 ? "−" : "±";
  return (
    <span
      title="Against the period before"
      className={classNames(isGood === true && "text-good", isGood === false && Math.abs(share) >= 0.05 && "text-bad")}
    >
      {sign}
      {inPoints ? formatPoints(Math.abs(now - before)) : formatShare(Math.min(Math.abs(share), 99.99))}
    </span>
  );
}

type RowProps = {
  readonly children: ReactNode;
  /** Set where none of them ever has a change or a note: no line is kept free for it. */
  readonly bare?: boolean;
};

/** Figures in a row that wraps. */
export function StatRow({ children, bare = false }: RowProps) {
  return (
    <div
      className={classNames(
        "grid grid-cols-[repeat(auto-fill,minmax(132px,1fr))] gap-x-6 gap-y-4",
        bare && "*:*:data-note:hidden",
      )}
    >
      {children}
    </div>
  );
}
