import type { VirtualKeySpec } from "#config/virtual-key-schema";

export type KeyHash = {
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** Its first characters. */
  readonly hint: string;
};

export type StoredVirtualKey = KeyHash & {
  readonly id: string;
  readonly spec: VirtualKeySpec;
  /** In a list: the spec without the name, the same object for all keys of the list that are alike in it. */
  readonly alike?: Omit<VirtualKeySpec, "name">;
  readonly createdAtMs: number;
  readonly revokedAtMs?: number;
  /** The secret before the last rotation, and when it ends. */
  readonly previous?: PreviousSecret;
};

export type PreviousSecret = { readonly hash: string; readonly untilMs: number };

export type KeyPage = {
  /** Only keys whose id is greater. */
  readonly after?: string;
  readonly limit?: number;
  readonly includeRevoked: boolean;
  readonly team?: string;
  readonly customer?: CustomerFilter;
  /** Only keys with this tag; without a value, with any value of it. */
  readonly tag?: { readonly name: string; readonly value?: string };
  /** Stands in the name, whatever its case (ASCII), or begins the id or the hint. */
  readonly search?: string;
  readonly state?: KeyStateFilter;
};

export const keyStates = ["active", "off", "expired", "revoked"] as const;

/** In one state at a time; what is turned off does not count as expired. Whether budgets are spent does not matter. */
export type KeyStateFilter = { readonly is: (typeof keyStates)[number]; readonly nowMs: number };

/** Keys that name the customer themselves, or none and one of its teams. */
export type CustomerFilter = { readonly name: string; readonly teams: readonly string[] };

/** By id or secret a revoked key is found too; a name is that of the one key that is not revoked. */
export type KeyLookup = { readonly id: string } | { readonly name: string } | { readonly hash: string };
