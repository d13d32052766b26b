import type { ConfigStore } from "../config-store";
import { createTransactions } from "../transactions";
import { auditTable } from "./audit-table";
import { budgetEventTable } from "./budget-event-table";
import { keptAnswerTable } from "./kept-answer-table";
import { limitTables } from "./limit-tables";
import { logNoteTable } from "./log-note-table";
import { fileKeyTable, routeTable, scopeTables, settingsTables } from "./plain-tables";
import { providerTables } from "./provider-tables";
import { sessionTable } from "./session-table";
import { createTables } from "./tables";
import { virtualKeyTable } from "./virtual-key-table";

/**
 * A config store that lasts as long as the process: for tests, and the plainest example of a back end. It keeps the
 * values that it is handed, so secrets are in clear in the process's memory alone.
 */
export function openMemoryConfigStore(): ConfigStore {
  const tables = createTables();
  let restore = () => {};
  const { call, transaction } = createTransactions({
    begin: () => {
      restore = tables.save();
    },
    commit: () => {},
    rollback: () => restore(),
  });
  return {
    providers: providerTables(tables, call),
    routes: routeTable(tables, call),
    virtualKeys: virtualKeyTable(tables, call),
    fileKeys: fileKeyTable(tables, call),
    scopes: scopeTables(tables, call),
    ...limitTables(tables, call),
    budgetEvents: budgetEventTable(tables, call),
    settings: settingsTables(tables, call),
    audit: auditTable(tables, call),
    logNotes: logNoteTable(tables, call),
    keptAnswers: keptAnswerTable(tables, call),
    sessions: sessionTable(tables, call),
    transaction,
    close: () => {},
  };
}
