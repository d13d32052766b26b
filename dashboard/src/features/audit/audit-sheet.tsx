import { Facts } from "#components/facts";
import { JsonView } from "#components/json-view";
import { Sheet } from "#components/sheet";
import { TimeText } from "#components/time-text";
import { nameOf } from "./audit-columns";
import type { AuditEvent } from "./list-audit";
import { Hash } from "./verify-dialog";

type Props = {
  readonly event: AuditEvent | undefined;
  readonly onClose: () => void;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
};

/** One event: who did what, each field before and after, and its place in the chain. */
export function AuditSheet({ event, ...moves }: Props) {
  return (
    <Sheet open={event !== undefined} title={event?.action ?? ""} {...moves}>
      {event !== undefined && (
        <div className="flex flex-col gap-6">
          <Facts facts={factsOf(event)} />
          <Changes changes={event.changes} />
          <section className="flex flex-col gap-2">
            <h3 className="text-sm font-medium text-muted">Chain</h3>
            <Facts
              facts={[
                { name: "Position", value: event.position },
                { name: "Hash", value: <Hash text={event.hash} /> },
                { name: "Hash before", value: <Hash text={event.previous_hash} /> },
              ]}
            />
          </section>
        </div>
      )}
    </Sheet>
  );
}

function factsOf({ actor, at, client, request_id, resource, user_agent }: AuditEvent) {
  const { id, name, type } = resource;
  return [
    { name: "Time", value: <TimeText value={at} style="full" /> },
    { name: "What", value: `${type} ${nameOf(resource)}` },
    ...(name !== undefined && name !== id ? [{ name: "Id", value: id }] : []),
    { name: "By", value: actor },
    ...(client === undefined ? [] : [{ name: "Address", value: client }]),
    ...(user_agent === undefined ? [] : [{ name: "Program", value: user_agent }]),
    ...(request_id === undefined ? [] : [{ name: "Request", value: request_id }]),
  ];
}

function Changes({ changes }: Pick<AuditEvent, "changes">) {
  const rows = Object.entries(changes);
  if (rows.length === 0) return null;
  return (
    <section className="flex flex-col gap-3">
      <h3 className="text-sm font-medium text-muted">Changes</h3>
      {rows.map(([field, change]) => (
        <div key={field} className="flex min-w-0 flex-col gap-1">
          <span className="font-mono text-sm">{field}</span>
          {typeof change === "string" ? (
            <span className="text-muted">{change === "changed" ? "changed; its value is secret" : change}</span>
          ) : (
            <JsonView value={change} label={`change of ${field}`} />
          )}
        </div>
      ))}
    </section>
  );
}
