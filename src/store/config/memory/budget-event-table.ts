import type { BudgetEventRepository } from "../repositories";
import type { BudgetEvent, BudgetEventQuery } from "../stored-limit";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

export function budgetEventTable(tables: Tables, call: Call): BudgetEventRepository {
  const events = tables.table<BudgetEvent>();
  const add = (event: BudgetEvent): boolean => {
    const place = `${event.limitId} ${event.period} ${event.threshold}`;
    if (events.has(place)) return false;
    events.set(place, event);
    return true;
  };
  return {
    list: (query) =>
      call(() => {
        const found = [...events.values()].filter((event) => matches(event, query));
        return found.sort((left, right) => (left.id < right.id ? 1 : -1)).slice(0, query.limit);
      }),
    add: (added) => call(() => added.filter(add)),
    deleteEnded: (beforeMs) =>
      call(() => {
        for (const [place, { periodEndMs }] of events) {
          if (periodEndMs !== undefined && periodEndMs < beforeMs) events.delete(place);
        }
      }),
  };
}

function matches(event: BudgetEvent, { before, limitId, scopeKind, scopeName }: BudgetEventQuery): boolean {
  if (before !== undefined && event.id >= before) return false;
  if (limitId !== undefined && event.limitId !== limitId) return false;
  if (scopeKind !== undefined && event.scope.kind !== scopeKind) return false;
  return scopeName === undefined || event.scope.name === scopeName;
}
