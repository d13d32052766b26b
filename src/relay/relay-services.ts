import type { Clock } from "#core/clock";
import type { GatewayError } from "#core/errors";
import type { Dialects } from "#dialects/dialect";
import type { Reservations } from "#governance/reservations";
import type { Sleep } from "#lib/sleep";
import type { Ticker } from "#lib/ticker";
import type { MediaFetcher } from "#media/media-fetcher";
import type { Signer } from "#providers/auth/signer";
import type { FirstTokenWaits } from "#routing/first-token-waits";
import type { OutputSpeeds } from "#routing/output-speeds";
import type { TargetHealth } from "#routing/target-health";
import type { CountTokens } from "#tokens/token-counter";
import type { UpstreamClient } from "#upstream/upstream";
import type { BackgroundJobs } from "./background";
import type { Drains } from "./drain";
import type { ObserveAnswer } from "./steps/observe";

/** What relaying needs and what never changes in a worker's life. */
export type RelayServices = {
  readonly dialects: Dialects;
  readonly signer: Signer;
  readonly upstream: UpstreamClient;
  readonly health: TargetHealth;
  /** What is known of how long targets take to begin. */
  readonly waits: FirstTokenWaits;
  /** What is known of how fast they write. */
  readonly speeds: OutputSpeeds;
  readonly reservations: Reservations;
  /** Absent where no tokenizer is at hand. */
  readonly countTokens?: CountTokens;
  readonly drains: Drains;
  readonly background: BackgroundJobs;
  /** Fetches what clients name by its address, where the settings say so. Absent: nothing is fetched. */
  readonly media?: MediaFetcher;
  /** Absent where no step sees answers. */
  readonly observeAnswer?: ObserveAnswer | undefined;
  readonly clock: Clock;
  /** For what may wait too long; by `Clock.monotonicMs`. */
  readonly ticker: Ticker;
  /** Waits before an attempt. */
  readonly sleep: Sleep;
  /** In [0, 1). */
  readonly random: () => number;
  /** A failure that is our own fault. */
  readonly onInternalError: (error: GatewayError) => void;
};
