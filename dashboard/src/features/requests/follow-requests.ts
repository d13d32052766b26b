import { useEffect, useState } from "react";
import { addressOf } from "#api/call";
import type { Filter } from "#lib/filters";
import type { RequestRecord } from "./record";
import { requestQuery } from "./request-query";

/** Of those that came while nobody looked; older ones are found by reading the list anew. */
const mostKept = 5000;
/** So that a hundred a second are ten drawings and not a hundred. */
const drawMs = 100;

export type Followed = {
  /** Newest first, since following began. */
  readonly records: readonly RequestRecord[];
  /** Came too quickly for this browser and were left out. */
  readonly dropped: number;
  readonly state: "connecting" | "following" | "broken";
};

const nothing: Followed = { records: [], dropped: 0, state: "connecting" };

/** Requests as they end, under the filters, for as long as `active`. The browser connects again by itself. */
export function useFollowedRequests(filters: readonly Filter[], active: boolean): Followed {
  const [followed, setFollowed] = useState(nothing);
  const address = addressOf("/api/logs/tail", undefined, requestQuery(filters));
  useEffect(() => {
    setFollowed(nothing);
    if (!active) return;
    const source = new EventSource(address);
    let waiting: RequestRecord[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      const added = waiting.reverse();
      waiting = [];
      timer = undefined;
      setFollowed((before) => ({ ...before, records: [...added, ...before.records].slice(0, mostKept) }));
    };
    source.addEventListener("open", () => setFollowed((before) => ({ ...before, state: "following" })));
    source.addEventListener("error", () => {
      const state = source.readyState === EventSource.CLOSED ? "broken" : "connecting";
      setFollowed((before) => ({ ...before, state }));
    });
    source.addEventListener("record", ({ data }) => {
      waiting.push(JSON.parse(data));
      timer ??= setTimeout(draw, drawMs);
    });
    source.addEventListener("dropped", ({ data }) => {
      const { dropped = 0 }: { readonly dropped?: number } = JSON.parse(data);
      setFollowed((before) => ({ ...before, dropped: before.dropped + dropped }));
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [address, active]);
  return followed;
}
