import type { Column } from "#components/table-column";
import { TimeText } from "#components/time-text";
import type { AuditEvent } from "./list-audit";

export const auditColumns: readonly Column<AuditEvent>[] = [
  { id: "at", header: "Time", width: 136, always: true, cell: ({ at }) => <TimeText value={at} /> },
  { id: "action", header: "Action", width: 190, always: true, cell: ({ action }) => action },
  { id: "resource", header: "What", width: 160, grow: true, cell: ({ resource }) => nameOf(resource) },
  { id: "changes", header: "Fields", width: 160, grow: true, cell: ({ changes }) => Object.keys(changes).join(", ") },
  { id: "actor", header: "By", width: 140, cell: ({ actor }) => actor },
  { id: "client", header: "Address", width: 120, cell: ({ client }) => client },
  { id: "position", header: "Position", width: 80, align: "right", hidden: true, cell: ({ position }) => position },
];

export function nameOf({ id, name, type }: AuditEvent["resource"]): string {
  return name ?? (id === "" ? type : id);
}
