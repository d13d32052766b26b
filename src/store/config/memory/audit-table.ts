import { chainHash, chainStart, emptyChain } from "../audit-chain";
import type { AuditEvent, AuditQuery, ChainedEvent } from "../audit-event";
import type { AuditRepository } from "../repositories";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

export function auditTable(tables: Tables, call: Call): AuditRepository {
  const events = tables.table<ChainedEvent>();
  const head = () => events.get(`${events.size}`);
  const append = (event: AuditEvent): ChainedEvent => {
    const position = events.size + 1;
    const previousHash = head()?.hash ?? chainStart;
    const changesText = JSON.stringify(event.changes);
    const hash = chainHash(previousHash, position, event, changesText);
    const chained = { position, event, changesText, previousHash, hash };
    events.set(`${position}`, chained);
    return chained;
  };
  return {
    list: (query) =>
      call(() => {
        const found = [...events.values()].filter((event) => matches(event, query));
        return (query.order === "oldest" ? found : found.reverse()).slice(0, query.limit);
      }),
    head: () => call(head),
    append: (event) => call(() => append(event)),
    sealed: () => call(() => head() ?? emptyChain),
  };
}

function matches({ position, event }: ChainedEvent, query: AuditQuery): boolean {
  const { actor, action, resource, fromMs, toMs, after, order } = query;
  const { type, id, name } = event.resource;
  if (actor !== undefined && event.actor !== actor) return false;
  if (action !== undefined && event.action !== action) return false;
  if (resource !== undefined && ![type, id, name].includes(resource)) return false;
  if (fromMs !== undefined && event.atMs < fromMs) return false;
  if (toMs !== undefined && event.atMs >= toMs) return false;
  if (after === undefined) return true;
  return order === "oldest" ? position > after : position < after;
}
