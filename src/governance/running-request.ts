import type { Clock } from "#core/clock";
import type { InferenceRequest } from "#core/inference";
import type { ClientLabels } from "#core/record";
import type { OnAbort, Settings, Snapshot, VirtualKey } from "#core/snapshot";
import type { Claim, Journal } from "#journal/journal";
import { BlockPool } from "#journal/packed-bytes";
import { claimRoom } from "./claim-room";
import { type KeptBodies, keepBodies } from "./kept-bodies";
import { createPrincipalFinder, type Principal } from "./limit-finder";

/**
 * A request that was let in, from its decoding to its record. Lives as long as its answer streams, and so refers neither
 * to the body (but for what the log keeps of it) nor to the whole snapshot.
 */
export type RunningRequest = {
  readonly id: string;
  readonly inference: InferenceRequest;
  readonly principal: Principal;
  readonly settings: Settings;
  readonly startedAtMs: number;
  /** By `Clock.monotonicMs`. */
  readonly startedMonotonicMs: number;
  readonly askedModel: string;
  readonly stream: boolean;
  /** As the body says; headers are looked at for the record. */
  readonly labels: ClientLabels | undefined;
  readonly requestBytes: number;
  /** Its input as estimated, in tokens: charged where no usage is reported. */
  readonly inputTokens: number;
  /** How many answers it asks for, as far as its envelope says; infinite where that does not. */
  readonly answers: number;
  /** Whether no provider charges for it. */
  readonly isFree: boolean;
  /** What is charged where its client leaves. */
  readonly onAbort: OnAbort;
  /** Room in the journal for its record; absent when the journal is broken and `on_journal_failure` is `continue`. */
  readonly claim: Claim | undefined;
  /** Absent where no bodies are kept. */
  readonly kept: KeptBodies | undefined;
};

/** A request whose caller and envelope are known. */
export type IdentifiedRequest = Pick<
  RunningRequest,
  "id" | "inference" | "askedModel" | "stream" | "labels" | "inputTokens" | "answers" | "isFree"
> & {
  readonly key: VirtualKey | undefined;
  readonly snapshot: Snapshot;
  readonly body: Uint8Array;
  /** The client wants nothing of the bodies kept, in words of the body. */
  readonly noLog?: boolean | undefined;
};

/** Begins a request: claims the room that its record needs. Throws `overloaded` where the journal has none. */
export function createRequestStarter(
  journal: Journal,
  clock: Clock,
): (identified: IdentifiedRequest) => RunningRequest {
  const principalOf = createPrincipalFinder();
  const keeping = { clock, pool: new BlockPool() };
  return ({ id, inference, key, snapshot, body, askedModel, stream, labels, inputTokens, answers, isFree, noLog }) => {
    const { settings } = snapshot;
    return {
      id,
      inference,
      principal: principalOf(key, snapshot),
      settings,
      startedAtMs: clock.nowMs(),
      startedMonotonicMs: clock.monotonicMs(),
      askedModel,
      stream,
      labels,
      requestBytes: body.length,
      inputTokens,
      answers,
      isFree,
      onAbort: key?.onAbort ?? settings.onAbort ?? "estimate",
      kept: noLog === true ? undefined : keepBodies(body, inference, key, settings, keeping),
      claim: claimRoom(journal, settings),
    };
  };
}
