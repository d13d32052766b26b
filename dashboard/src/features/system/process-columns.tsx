import type { Process } from "#api/schema.gen";
import type { Column } from "#components/table-column";
import { TimeText } from "#components/time-text";
import { formatMs } from "#lib/format-duration";
import { formatBytes, formatCount } from "#lib/format-number";

const roles = { supervisor: "Supervisor", control: "Control", worker: "Worker" } as const;

function nameOf({ role, index }: Process): string {
  return index === undefined ? roles[role] : `${roles[role]} ${index}`;
}

const seconds = (value: number | undefined) => formatMs(value === undefined ? undefined : value * 1000);

export const processColumns: readonly Column<Process>[] = [
  { id: "name", header: "Process", width: 120, grow: true, always: true, cell: nameOf },
  { id: "pid", header: "PID", width: 80, align: "right", cell: ({ pid }) => String(pid) },
  {
    id: "generation",
    header: "Generation",
    width: 96,
    align: "right",
    cell: ({ generation }) => formatCount(generation),
  },
  { id: "memory", header: "Memory", width: 96, align: "right", cell: (row) => formatBytes(row.memory_bytes) },
  { id: "cpu", header: "CPU time", width: 112, align: "right", cell: ({ cpu_s: used }) => seconds(used) },
  { id: "uptime", header: "Up for", width: 112, align: "right", cell: ({ uptime_s: up }) => seconds(up) },
  {
    id: "started",
    header: "Started",
    width: 140,
    align: "right",
    cell: ({ started_at: at }) => <TimeText value={at} style="minute" />,
  },
];
