import type { Clock } from "#core/clock";
import type { InferenceRequest } from "#core/inference";
import type { ContentLogging, Settings, VirtualKey } from "#core/snapshot";
import type { Content } from "#journal/journal";
import { type BlockPool, firstBytes, type Keeping, PackableBytes, PackedBytes } from "#journal/packed-bytes";

/** The most of a request's body that outlives its own reading: a stream may last for an hour. The journal keeps no more. */
const maxRequestBytes = 1024 * 1024;
/** The most of one answer that is kept. */
const maxAnswerBytes = 256 * 1024;
/** From when on what is kept of a running stream is compressed: most end before. */
const longMs = 5000;

/** The bodies of one request, kept for the log. */
export type KeptBodies = {
  /** The next bytes of its answer: all of these, or those from there to there. */
  readonly addAnswer: (bytes: Uint8Array, from?: number, to?: number) => void;
  /** What was kept, given once; `responseBytes` is the whole answer's length. */
  readonly content: (responseBytes: number) => Content;
};

export type KeepingServices = {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** What answers that stream are kept in. */
  readonly pool: BlockPool;
};

/** Starts keeping a request's bodies where the policy says so, whatever becomes of it; undefined for any other. */
export function keepBodies(
  body: Uint8Array,
  inference: Pick<InferenceRequest, "header">,
  key: VirtualKey | undefined,
  settings: Settings,
  { clock, pool }: KeepingServices,
): KeptBodies | undefined {
  const policy = key?.contentLogging ?? settings.contentLogging;
  if (lesserOf(policy, inference.header("x-headgate-content")) !== "full") return undefined;
  return new RequestBodies(firstBytes(body, maxRequestBytes), body.length, clock, pool);
}

/** Made for every request, so no closures. */
class RequestBodies implements KeptBodies, Keeping {
  private readonly request: PackableBytes;
  private readonly answer: PackedBytes;
  private readonly startedMs: number;

  constructor(
    request: Uint8Array,
    private readonly requestBytes: number,
    private readonly clock: KeepingServices["clock"],
    pool: BlockPool,
  ) {
    this.answer = new PackedBytes(maxAnswerBytes, this, pool);
    this.request = new PackableBytes(request);
    this.startedMs = clock.monotonicMs();
  }

  addAnswer(bytes: Uint8Array, from?: number, to?: number): void {
    this.answer.add(bytes, from, to);
  }

  content(responseBytes: number): Content {
    const { requestBytes } = this;
    const request = this.request.bytes();
    if (responseBytes === 0) return { request, requestBytes };
    return { request, requestBytes, response: this.answer.take(), responseBytes };
  }

  isLong(): boolean {
    return this.clock.monotonicMs() - this.startedMs >= longMs;
  }

  packs(): void {
    void this.request.pack();
  }
}

/** A request may ask for less to be kept than the policy says, never for more; of a word that is not known nothing is kept. */
function lesserOf(policy: ContentLogging, asked: string | null): ContentLogging {
  return asked === null ? policy : lesser(policy, asked.trim().toLowerCase());
}

function lesser(policy: ContentLogging, asked: string): ContentLogging {
  const order: readonly ContentLogging[] = ["off", "metadata", "full"];
  const wanted = order.indexOf(order.find((level) => level === asked) ?? "off");
  return order[Math.min(wanted, order.indexOf(policy))] ?? policy;
}
