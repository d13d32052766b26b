import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Filter, writeFilters } from "#lib/filters";

type Props = {
  readonly filters: readonly Filter[];
  /** The range of this page, so that the same requests are shown. */
  readonly range: string;
  readonly className?: string;
  readonly children: ReactNode;
};

/** Leads to the requests behind a figure. */
export function RequestsLink({ filters, range, className, children }: Props) {
  return (
    <Link to="/requests" search={requestsSearch(filters, range)} {...(className !== undefined && { className })}>
      {children}
    </Link>
  );
}

export function requestsSearch(filters: readonly Filter[], range: string) {
  return { f: writeFilters(filters), range };
}

/** Of a request that was taken and went wrong. */
export const failedOutcomes: readonly Filter[] = ["error", "cut", "interrupted"].map((value) => ({
  field: "outcome",
  value,
}));
