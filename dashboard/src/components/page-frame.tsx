import type { ReactNode } from "react";
import { useEffect } from "react";
import { classNames } from "#lib/class-names";

type PageProps = {
  readonly title: string;
  /** What the page is about, where the title is a name: `Key`. */
  readonly kind?: string;
  /** Beside the title: badges, the source marker. */
  readonly marks?: ReactNode;
  readonly actions?: ReactNode;
  /** Below the title, as wide as the page: filter bar, tabs. */
  readonly bar?: ReactNode;
  /** Takes the whole height and scrolls inside itself, as tables do. */
  readonly fill?: boolean;
  readonly children: ReactNode;
};

/** A page with its heading. Sets the title of the browser's tab. */
export function PageFrame({ title, kind, marks, actions, bar, fill = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Headgate`;
  }, [title]);
  return (
    <div className={classNames("flex min-w-0 flex-col", fill ? "h-full min-h-0" : "min-h-full")}>
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 md:px-6">
        <h1 className="flex min-w-0 items-baseline gap-2 text-lg font-semibold tracking-[-0.01em]">
          {kind !== undefined && <span className="text-base font-normal text-faint">{kind}</span>}
          <span className="truncate">{title}</span>
        </h1>
        {marks}
        {actions !== undefined && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {bar !== undefined && <div className="flex flex-col gap-2 px-4 pb-2 md:px-6">{bar}</div>}
      <div
        className={classNames(
          "flex flex-1 flex-col",
          fill ? "min-h-0 border-t border-line" : "gap-8 px-4 pt-2 pb-12 md:px-6",
        )}
      >
        {children}
      </div>
    </div>
  );
}

type SectionProps = {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** A part of a page below a small heading, set apart by space and a hairline; never a card in a card. */
export function Section({ title, note, actions, children }: SectionProps) {
  return (
    <section className="flex min-w-0 flex-col gap-3">
      <header className="flex min-h-7 flex-wrap items-center gap-x-3 border-b border-line pb-1">
        <h2 className="text-base font-semibold">{title}</h2>
        {note !== undefined && <span className="text-sm text-muted">{note}</span>}
        {actions !== undefined && <div className="ml-auto flex items-center gap-2">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
