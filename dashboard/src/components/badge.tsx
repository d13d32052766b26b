import type { ReactNode } from "react";
import { classNames } from "#lib/class-names";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad";

const tones: { readonly [tone in Tone]: string } = {
  neutral: "bg-hover text-muted",
  accent: "bg-accent-soft text-accent",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
};

/** A state or kind in one word. */
export function Badge({ tone = "neutral", children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span
      className={classNames(
        "inline-flex h-[18px] max-w-full items-center align-middle gap-1 truncate rounded-sm px-1.5 text-xs font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}

const dots: { readonly [tone in Tone]: string } = {
  neutral: "bg-line-strong",
  accent: "bg-accent",
  good: "bg-good-fill",
  warn: "bg-warn-fill",
  bad: "bg-bad-fill",
};

/** A coloured point before a word that says the same. */
export function StatusDot({ tone }: { readonly tone: Tone }) {
  return <span aria-hidden="true" className={classNames("inline-block size-2 shrink-0 rounded-full", dots[tone])} />;
}
