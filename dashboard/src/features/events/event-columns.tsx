import { Badge } from "#components/badge";
import type { Column } from "#components/table-column";
import { TimeText } from "#components/time-text";
import { formatMoney } from "#lib/format-money";
import { formatCount, formatShare } from "#lib/format-number";
import type { BudgetEvent } from "./list-events";

export const eventColumns: readonly Column<BudgetEvent>[] = [
  { id: "at", header: "Time", width: 136, always: true, cell: ({ at }) => <TimeText value={at} /> },
  { id: "event", header: "What happened", width: 200, always: true, cell: (event) => <Reached {...event} /> },
  { id: "kind", header: "Of", width: 90, cell: ({ scope_kind }) => kinds[scope_kind] },
  { id: "name", header: "Name", width: 160, grow: true, cell: ({ scope_name }) => scope_name },
  { id: "spent", header: "Spent", width: 110, align: "right", cell: (event) => amountOf(event, "spent") },
  { id: "limit", header: "Limit", width: 110, align: "right", cell: (event) => amountOf(event, "limit") },
  { id: "ends", header: "Period ends", width: 136, cell: ({ period_ends_at }) => <TimeText value={period_ends_at} /> },
];

const kinds = { key: "Key", team: "Team", customer: "Customer", limit: "Limit" } as const;

function Reached({ threshold }: BudgetEvent) {
  const tone = threshold >= 1 ? "bad" : "warn";
  return (
    <Badge tone={tone}>
      {threshold >= 1 ? "Budget is used up" : `${formatShare(threshold)} of the budget is used`}
    </Badge>
  );
}

function amountOf(event: BudgetEvent, what: "spent" | "limit"): string {
  const dollars = what === "spent" ? event.spent_usd : event.limit_usd;
  if (dollars !== undefined) return formatMoney(dollars);
  const tokens = what === "spent" ? event.spent_tokens : event.limit_tokens;
  return `${formatCount(tokens)} tok.`;
}
