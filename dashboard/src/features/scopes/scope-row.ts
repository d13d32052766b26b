import type { Budget, FilePlace, RateLimit } from "#api/schema.gen";

/** A team, a customer or a limit of the gateway, with the state of its limits. */
export type ScopeRow = {
  readonly name: string;
  /** Of a team. */
  readonly customer?: string | undefined;
  /** Which requests a limit of the gateway counts. */
  readonly tags?: { readonly [name: string]: string } | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly provider_key?: string | undefined;
  readonly budgets: readonly Budget[];
  readonly rate_limits: readonly RateLimit[];
  readonly source: "file" | "store";
  readonly read_only: boolean;
  readonly declared_at?: FilePlace | undefined;
  readonly version: string;
};
