import type { Flag } from "#config/flag";
import { dataDirFlag } from "#config/start-flags";

/** What is listed of a running instance, beside its virtual keys. */
export type ListName = "models" | "providers" | "routes";

const modelFlags: readonly Flag[] = [
  { name: "provider", value: "PROVIDER", help: "only what this provider serves" },
  { name: "search", value: "TEXT", help: "only names that hold this" },
];

export function listFlags(name: ListName): readonly Flag[] {
  const json: Flag = { name: "json", value: "", help: "one entry a line, as the admin API has it" };
  return [...(name === "models" ? modelFlags : []), json, dataDirFlag];
}
