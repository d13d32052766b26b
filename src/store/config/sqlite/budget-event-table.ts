import type { Database } from "bun:sqlite";
import * as z from "zod";
import { checkStored } from "../parse-stored";
import type { BudgetEventRepository } from "../repositories";
import type { BudgetEvent } from "../stored-limit";
import type { Call } from "../transactions";

type Row = {
  readonly id: string;
  readonly at_ms: number;
  readonly limit_id: string;
  readonly scope_kind: string;
  readonly scope_name: string;
  readonly unit: string;
  readonly period: number;
  readonly period_start_ms: number;
  readonly period_end_ms: number | null;
  readonly threshold: number;
  readonly spent: number;
  readonly allowance: number;
};

const scopeKind = z.enum(["key", "team", "customer", "limit"]);
const unit = z.enum(["nanodollars", "tokens"]);

export function budgetEventTable(database: Database, call: Call): BudgetEventRepository {
  const insert = database.query<null, [string, number, string, string, string, string, ...(number | null)[]]>(
    "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const select = database.query<Row, [string | null, string | null, string | null, string | null, number]>(
    `SELECT * FROM events
     WHERE (?1 IS NULL OR id < ?1) AND (?2 IS NULL OR limit_id = ?2)
       AND (?3 IS NULL OR scope_kind = ?3) AND (?4 IS NULL OR scope_name = ?4)
     ORDER BY id DESC LIMIT ?5`,
  );
  const removeEnded = database.query<null, [number]>("DELETE FROM events WHERE period_end_ms < ?");
  const add = (event: BudgetEvent): boolean => {
    const { id, atMs, limitId, scope, unit, period, periodStartMs, periodEndMs = null } = event;
    const numbers = [period, periodStartMs, periodEndMs, event.threshold, event.spent, event.allowance];
    return insert.run(id, atMs, limitId, scope.kind, scope.name, unit, ...numbers).changes > 0;
  };
  return {
    list: ({ before = null, limit, limitId = null, scopeKind = null, scopeName = null }) =>
      call(() => select.all(before, limitId, scopeKind, scopeName, limit).map(read)),
    add: (events) => call(database.transaction(() => events.filter(add))),
    deleteEnded: (beforeMs) => call(() => void removeEnded.run(beforeMs)),
  };
}

function read(row: Row): BudgetEvent {
  const place = { table: "events", row: row.id };
  return {
    id: row.id,
    atMs: row.at_ms,
    limitId: row.limit_id,
    scope: { kind: checkStored(scopeKind, row.scope_kind, { ...place, column: "scope_kind" }), name: row.scope_name },
    unit: checkStored(unit, row.unit, { ...place, column: "unit" }),
    period: row.period,
    periodStartMs: row.period_start_ms,
    ...(row.period_end_ms === null ? {} : { periodEndMs: row.period_end_ms }),
    threshold: row.threshold,
    spent: row.spent,
    allowance: row.allowance,
  };
}
