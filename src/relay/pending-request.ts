import type { Dialect } from "#dialects/dialect";
import type { DecodedRequest, Operation } from "#dialects/operation";
import type { CloseRequest } from "#governance/close-request";
import type { LazyDemand } from "#governance/lazy-demand";
import type { RunningRequest } from "#governance/running-request";
import type { OpenedObjects } from "#objects/open-objects";
import type { Drain } from "./drain";

/** A running request with its body, until its answer begins. A stream refers to nothing of it that holds the body. */
export type PendingRequest = {
  readonly running: RunningRequest;
  /** The client's. */
  readonly dialect: Dialect;
  /** What the client asks for, in its dialect. */
  readonly operation: Operation;
  readonly request: DecodedRequest;
  /** What of it meant nothing to the gateway and was taken out, by path. */
  readonly dropped: readonly string[];
  /** The model, at its provider, that the asked name leads to first; "" where it leads nowhere. */
  readonly leadsTo: string;
  readonly demand: LazyDemand;
  /** What stored objects it refers to, as their provider knows them; undefined where it refers to none. */
  readonly objects?: OpenedObjects | undefined;
  /** Reads its provider on when the client leaves; absent where that is not wanted. */
  readonly drain?: Drain | undefined;
  readonly close: CloseRequest;
};
