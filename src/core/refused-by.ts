import type { Limit } from "./limit";

/** The limit that refused a request and what it found there; amounts are in its unit. */
export type RefusedBy = {
  readonly limit: string;
  /** E.g. `the budget of the team "search"`. */
  readonly limitName: string;
  readonly unit: Limit["unit"];
  readonly allowance: number;
  readonly charged: number;
  /** By running requests. */
  readonly held: number;
  /** At most, by the request that was refused. */
  readonly asked: number;
};
