import type { AuditResource } from "#store/config/audit-event";
import type { AuditNote } from "./audit-trail";
import { fieldChanges } from "./field-changes";

/**
 * The note of a change of one resource: `team` and `create` give the action `team.create`. Of the fields in `secret` only
 * that they changed is noted.
 */
export function changeNote(
  resource: AuditResource,
  verb: string,
  before: object,
  after: object,
  secret: readonly string[] = [],
): AuditNote {
  return { action: `${resource.type}.${verb}`, resource, changes: fieldChanges(before, after, secret) };
}
