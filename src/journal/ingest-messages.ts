import type { RequestRecord } from "#core/record";
import type { Backlog } from "./ingester";
import type { JournalLog } from "./journal";

/** What goes from the control plane to its ingestion thread. */
export type ToThread =
  | { readonly type: "start"; readonly directory: string; readonly storesUrl: string; readonly pollMs: number }
  | { readonly type: "alive"; readonly question: number; readonly alive: boolean }
  /** Whether anybody listens for batches; they are not sent otherwise. */
  | { readonly type: "listen"; readonly on: boolean }
  | { readonly type: "stop" };

export type FromThread =
  | { readonly type: "is-alive"; readonly question: number; readonly generation: number; readonly worker: number }
  | { readonly type: "batch"; readonly records: readonly RequestRecord[] }
  /**
   * Sent twice a second. `behindMs`: for how long something has been waiting without a break; `passes`: those over the whole
   * journal that came to their end.
   */
  | ({
      readonly type: "lag";
      readonly behindMs: number;
      readonly lostRecords: number;
      readonly passes: number;
    } & Backlog)
  | { readonly type: "log"; readonly level: keyof JournalLog; readonly fields: object; readonly message: string }
  | { readonly type: "stopped" };
