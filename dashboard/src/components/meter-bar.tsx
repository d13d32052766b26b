import { classNames } from "#lib/class-names";

type Props = {
  readonly label: string;
  readonly used: number;
  /** Set aside for requests that run. */
  readonly held?: number;
  readonly limit: number;
  /** Words for screen readers and the pointer: `$3.20 used, $0.10 held, $6.70 remaining`. */
  readonly text: string;
};

/** How much of a limit is used and held. Amber from four fifths, red when nothing remains. */
export function MeterBar({ label, used, held = 0, limit, text }: Props) {
  const share = (amount: number) => `${Math.min(100, Math.max(0, limit <= 0 ? 100 : (amount / limit) * 100))}%`;
  const full = limit <= 0 ? 1 : (used + held) / limit;
  const colour = full >= 1 ? "bg-bad-fill" : full >= 0.8 ? "bg-warn-fill" : "bg-accent";
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={limit}
      aria-valuenow={Math.min(used, limit)}
      aria-valuetext={text}
      title={text}
      className="relative h-1.5 w-full min-w-16 overflow-hidden rounded-full bg-active"
    >
      <div
        className={classNames("absolute inset-y-0 left-0 opacity-40", colour)}
        style={{ width: share(used + held) }}
      />
      <div className={classNames("absolute inset-y-0 left-0", colour)} style={{ width: share(used) }} />
    </div>
  );
}
