import type { ReactNode } from "react";
import { Icon } from "#components/icon";
import { classNames } from "#lib/class-names";

type Props = {
  readonly number: number;
  readonly title: string;
  readonly done: boolean;
  /** The first that is not done; others are folded. */
  readonly current: boolean;
  /** What stands beside the title once it is done. */
  readonly summary?: ReactNode;
  readonly children: ReactNode;
};

/** One step of the list, which ticks itself off. */
export function Step({ number, title, done, current, summary, children }: Props) {
  return (
    <li aria-current={current ? "step" : undefined} className="flex min-w-0 gap-3 border-t border-line py-4">
      <span
        className={classNames(
          "mt-px inline-flex size-5 shrink-0 items-center justify-center rounded-full border text-xs font-medium",
          done && "border-transparent bg-good-soft text-good",
          !done && (current ? "border-accent text-accent" : "border-line-strong text-muted"),
        )}
      >
        {done ? <Icon name="check" className="size-3.5" /> : number}
        {done && <span className="sr-only">Done: </span>}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <div className="flex min-w-0 flex-wrap items-baseline gap-x-3">
          <h2 className={classNames("text-md font-semibold", !done && !current && "text-muted")}>{title}</h2>
          {done && summary !== undefined && <div className="min-w-0 text-muted">{summary}</div>}
        </div>
        {children}
      </div>
    </li>
  );
}
