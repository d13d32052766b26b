import type { ConfigurationChange } from "#api/schema.gen";

/** Whether nothing brings back what a change takes: entries with their secrets, records that are older than the log is kept. */
export function isDestroying({ section, name, change, fields }: ConfigurationChange): boolean {
  if (section !== "settings") return change === "removed";
  if (name !== "retention_days") return false;
  const [{ from, to } = {}] = fields;
  return from === undefined || to === undefined || Number(to) < Number(from);
}
