import type { Dialect } from "#dialects/dialect";
import type { DecodedRequest, Operation } from "#dialects/operation";
import type { CloseRequest } from "#governance/close-request";
import type { LazyDemand } from "#governance/lazy-demand";
import type { RunningRequest } from "#governance/running-request";
import type { OpenedObjects } from "#objects/open-objects";
import type { Drain } from "./drain";
import type { AnswerKeeping } from "./kept/answer-keeping";

/** A running request with its body, until its answer begins. A stream refers to nothing of it that holds the body. */
export type PendingRequest = {
  readonly running: RunningRequest;
  /** The client's. */
  readonly dialect: Dialect;
  /** What the client asks for, in its dialect. */
  readonly operation: Operation;
  readonly operationName: string;
  readonly request: DecodedRequest;
  /** What of it meant nothing to the gateway and was taken out, by path. */
  readonly dropped: readonly string[];
  /** The model, at its provider, that the asked name leads to first; "" where it leads nowhere. */
  readonly leadsTo: string;
  readonly demand: LazyDemand;
  /** What stored objects it refers to, as their provider knows them; undefined where it refers to none. */
  readonly objects?: OpenedObjects | undefined;
  /** What is kept here that it goes on from, as the client named it. */
  readonly continues?: string | undefined;
  /** Keeps its answer where a provider of another dialect gives it; undefined where that is not wanted. */
  readonly keeping?: AnswerKeeping | undefined;
  /** Reads its provider on when the client leaves; absent where that is not wanted. */
  readonly drain?: Drain | undefined;
  readonly close: CloseRequest;
};
