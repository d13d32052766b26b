import type { Clock } from "#core/clock";
import type { DialectName } from "#core/completion";
import type { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { Settings } from "#core/snapshot";
import type { Codec } from "#dialects/codec";
import type { Endpoint } from "#dialects/endpoint";
import type { Account } from "#governance/account";
import type { TargetHealth } from "#routing/target-health";
import type { UpstreamClient } from "#upstream/upstream";
import type { DecodedRequest } from "./request/prepare-request";

/** What one request needs from its first attempt to its last byte. */
export type Exchange = {
  readonly inference: InferenceRequest;
  readonly request: DecodedRequest;
  readonly endpoint: Endpoint;
  readonly account: Account;
  readonly settings: Settings;
  readonly codecs: { readonly [D in DialectName]: Codec };
  readonly upstream: UpstreamClient;
  readonly health: TargetHealth;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** A failure that is our own fault. */
  readonly onInternalError: (error: GatewayError) => void;
};
