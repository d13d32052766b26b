import type { SessionRepository } from "../repositories";
import { type StoredSession, sessionOwner } from "../stored-session";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

export function sessionTable(tables: Tables, call: Call): SessionRepository {
  const sessions = tables.table<StoredSession>();
  const byId = () => [...sessions.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  return {
    list: (owner) =>
      call(() => byId().filter(({ principal }) => owner === undefined || sessionOwner(principal) === owner)),
    find: (hash) => call(() => byId().find((session) => session.hash === hash)),
    add: (session) => call(() => void sessions.set(session.id, session)),
    seen: (id, atMs) =>
      call(() => {
        const session = sessions.get(id);
        if (session !== undefined) sessions.set(id, { ...session, seenAtMs: atMs });
      }),
    delete: (id) => call(() => sessions.delete(id)),
  };
}
