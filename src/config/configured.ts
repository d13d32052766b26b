import type { Credentials } from "./credentials-schema";
import type { ProviderConfig } from "./provider-schema";
import type { RouteConfig } from "./schema";
import type { CustomerConfig, GatewayLimitConfig, TeamConfig } from "./scope-schema";
import type { VirtualKeySpec } from "./virtual-key-schema";

/** Who declared an entry. What the file declares is read-only everywhere else. */
export type Source = "file" | "store";

export type ConfiguredProvider = {
  readonly id: string;
  readonly source: Source;
  readonly config: ProviderConfig;
  readonly keys: readonly ConfiguredProviderKey[];
};

export type ConfiguredProviderKey = {
  readonly id: string;
  readonly name: string;
  /** As configured: `env:NAME`, `file:PATH`, or absent for a literal. May be shown. */
  readonly reference?: string;
  /** Absent when the reference leads nowhere, and where there are credentials: the key is left out of the snapshot. */
  readonly secret?: string;
  /** What its tokens are fetched with, or requests signed: then it has no secret of its own. */
  readonly credentials?: Credentials;
  readonly weight: number;
  readonly models?: readonly string[];
};

export type ConfiguredRoute = RouteConfig & { readonly source: Source };

export type ConfiguredTeam = TeamConfig & { readonly source: Source };
export type ConfiguredCustomer = CustomerConfig & { readonly source: Source };
export type ConfiguredGatewayLimit = GatewayLimitConfig & { readonly source: Source };

export type ConfiguredVirtualKey = {
  readonly id: string;
  readonly source: Source;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** The first characters of the secret. */
  readonly hint: string;
  /** SHA-256 of the secret before the last rotation, and when it ends. */
  readonly previous?: { readonly hash: string; readonly untilMs: number };
  readonly spec: VirtualKeySpec;
  /** The spec without the name: the same object for keys that are known to be configured alike. */
  readonly alike?: Omit<VirtualKeySpec, "name">;
};
