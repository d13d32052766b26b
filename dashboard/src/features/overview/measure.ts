import { formatMoney, formatMoneyShort } from "#lib/format-money";
import { formatCompact } from "#lib/format-number";
import type { Figures } from "./get-stats";

export type MeasureName = "cost" | "requests" | "errors" | "tokens";

/** What amounts can be compared by. */
export type Measure = {
  readonly name: MeasureName;
  readonly label: string;
  readonly of: (figures: Figures) => number;
  readonly format: (value: number) => string;
  readonly short: (value: number) => string;
};

const all: { readonly [name in MeasureName]: Omit<Measure, "name"> } = {
  cost: { label: "Spend", of: ({ cost_usd }) => Number(cost_usd), format: formatMoney, short: formatMoneyShort },
  requests: { label: "Requests", of: ({ requests }) => requests, format: formatCompact, short: formatCompact },
  errors: { label: "Errors", of: ({ errors }) => errors, format: formatCompact, short: formatCompact },
  tokens: { label: "Tokens", of: ({ tokens }) => tokens.total, format: formatCompact, short: formatCompact },
};

export function measureOf(name: MeasureName): Measure {
  return { name, ...all[name] };
}

export const measureOptions = (["cost", "requests", "errors", "tokens"] as const).map((value) => ({
  value,
  label: all[value].label,
}));
