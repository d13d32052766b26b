import type { StoredContent } from "#core/stored-content";
import type { CountAnswer, CountQuery } from "./count-query";
import type { Correction, LogEntry, LogPage, LogQuery, Purge, SlotCharge } from "./log-store";
import type { FeedPage, FeedStart } from "./record-feed";
import type { StatsAnswer, StatsQuery } from "./stats-query";

/** What goes from the control plane to its query thread. */
export type ToQueryThread =
  | { readonly type: "open"; readonly url: string }
  | { readonly type: "call"; readonly number: number; readonly request: LogRequest }
  | { readonly type: "close" };

export type LogRequest =
  | { readonly method: "list"; readonly query: LogQuery }
  | { readonly method: "count"; readonly query: CountQuery }
  | { readonly method: "get"; readonly id: string }
  | { readonly method: "stats"; readonly query: StatsQuery }
  | { readonly method: "slotCharges" }
  | { readonly method: "correct"; readonly corrections: readonly Correction[] }
  | { readonly method: "purge"; readonly what: Purge; readonly batch: number }
  | { readonly method: "sumUp"; readonly most: number }
  | { readonly method: "readContent"; readonly id: string }
  | { readonly method: "removeContent"; readonly id: string }
  | { readonly method: "expireContent"; readonly beforeMs: number; readonly batch: number }
  | { readonly method: "openFeed"; readonly reader: string; readonly from: FeedStart }
  | { readonly method: "nextOfFeed"; readonly reader: string; readonly limit: number }
  | { readonly method: "advanceFeed"; readonly reader: string; readonly place: string }
  | { readonly method: "retainFeed"; readonly readers: readonly string[] };

export type FromQueryThread =
  | { readonly type: "answer"; readonly number: number; readonly answer: LogAnswer }
  | { readonly type: "failed"; readonly number: number; readonly message: string; readonly tooLong: boolean };

export type LogAnswer =
  | { readonly method: "list"; readonly value: LogPage }
  | { readonly method: "count"; readonly value: CountAnswer }
  | { readonly method: "get"; readonly value: LogEntry | undefined }
  | { readonly method: "stats"; readonly value: StatsAnswer }
  | { readonly method: "slotCharges"; readonly value: readonly SlotCharge[] }
  | { readonly method: "correct" | "openFeed" | "advanceFeed" | "retainFeed" }
  | { readonly method: "nextOfFeed"; readonly value: FeedPage }
  | { readonly method: "purge" | "expireContent" | "sumUp"; readonly value: number }
  | { readonly method: "readContent"; readonly value: StoredContent | undefined }
  | { readonly method: "removeContent"; readonly value: boolean };
