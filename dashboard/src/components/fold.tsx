import { type ReactNode, useState } from "react";
import { classNames } from "#lib/class-names";
import { Icon } from "./icon";

type Props = {
  readonly title: string;
  /** What is inside, in a few words. */
  readonly note?: string;
  readonly startsOpen?: boolean;
  readonly children: ReactNode;
};

/** Part of a form that most leave as it is. */
export function Fold({ title, note, startsOpen = false, children }: Props) {
  const [open, setOpen] = useState(startsOpen);
  return (
    <div className="flex min-w-0 flex-col border-t border-line pt-2">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-7 min-w-0 items-center gap-2 rounded-md text-left"
      >
        <Icon name="right" className={classNames("size-3.5 text-faint", open && "rotate-90")} />
        <span className="font-medium">{title}</span>
        {note !== undefined && !open && <span className="min-w-0 truncate text-sm text-muted">{note}</span>}
      </button>
      {open && <div className="flex min-w-0 flex-col gap-4 pt-2 pb-1">{children}</div>}
    </div>
  );
}
