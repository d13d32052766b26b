import type { AuditResource } from "#store/config/audit-event";
import type { ConfigStore } from "#store/config/config-store";
import type { KeptAnswer } from "#store/config/kept-answer";
import type { FieldChanges } from "./field-changes";
import type { Origin } from "./origin";

/** What happened, in the words of the resource that it happened to. */
export type AuditNote = {
  /** Resource and verb: `team.create`, `budget.top_up`, … */
  readonly action: string;
  readonly resource: AuditResource;
  /** By `fieldChanges`; never a secret. */
  readonly changes?: FieldChanges;
};

export type Audited<T> = {
  readonly result: T;
  /** Undefined when nothing changed. */
  readonly event: AuditNote | undefined;
  /** What a repeated request with the same `Idempotency-Key` is answered. */
  readonly kept?: KeptBody;
};

export type KeptBody = Pick<KeptAnswer, "status" | "contentType" | "body">;

export type AuditTrail = {
  /** One transaction of what `work` writes, its audit event and the answer that is kept: all or nothing. */
  readonly commit: <T>(origin: Origin, work: () => Promise<Audited<T>>) => Promise<T>;
  /** Notes what changed nothing: a sign-in, a refusal. */
  readonly note: (origin: Origin, event: AuditNote) => Promise<void>;
};

export type AuditTrailParts = {
  readonly store: Pick<ConfigStore, "audit" | "keptAnswers" | "transaction">;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

export function createAuditTrail({ store, newId, nowMs }: AuditTrailParts): AuditTrail {
  const note: AuditTrail["note"] = async (origin, { action, resource, changes = {} }) => {
    const { actor, client, userAgent, requestId } = origin;
    await store.audit.append({
      id: newId(),
      atMs: nowMs(),
      actor,
      action,
      resource,
      changes,
      ...(client === undefined ? {} : { client }),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(requestId === undefined ? {} : { requestId }),
    });
  };
  const keep = async ({ actor, idempotency }: Origin, answer: KeptBody | undefined) => {
    if (idempotency === undefined || answer === undefined) return;
    const { status, contentType, body } = answer;
    await store.keptAnswers.keep({ actor, ...idempotency, atMs: nowMs(), status, contentType, body });
  };
  return {
    note,
    commit: (origin, work) =>
      store.transaction(async () => {
        const { result, event, kept } = await work();
        if (event !== undefined) await note(origin, event);
        await keep(origin, kept);
        return result;
      }),
  };
}
