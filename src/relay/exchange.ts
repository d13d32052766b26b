import type { Clock } from "#core/clock";
import type { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { Settings } from "#core/snapshot";
import type { Dialect, Dialects } from "#dialects/dialect";
import type { DecodedRequest, Operation } from "#dialects/operation";
import type { Account } from "#governance/account";
import type { Signer } from "#providers/auth/signer";
import type { TargetHealth } from "#routing/target-health";
import type { UpstreamClient } from "#upstream/upstream";

/** What one request needs from its first attempt to its last byte. */
export type Exchange = {
  readonly inference: InferenceRequest;
  readonly request: DecodedRequest;
  /** The client's. */
  readonly dialect: Dialect;
  /** What the client asks for, in its dialect. */
  readonly operation: Operation;
  readonly account: Account;
  readonly settings: Settings;
  readonly dialects: Dialects;
  readonly signer: Signer;
  readonly upstream: UpstreamClient;
  readonly health: TargetHealth;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** A failure that is our own fault. */
  readonly onInternalError: (error: GatewayError) => void;
};
