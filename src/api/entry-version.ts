import { hash } from "node:crypto";
import { ControlError } from "#core/control-error";

/** Tells one state of an entry from another: the same for equal values, whatever the order of their fields. */
export function versionOf(entry: object): string {
  return hash("sha256", JSON.stringify(entry, sortedFields), "hex").slice(0, 16);
}

function sortedFields(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Throws `stale` where the caller's `If-Match` (RFC 9110 § 13.1.1) names another state than this one. */
export function assertVersion(ifMatch: string | undefined, current: object): void {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  const named = ifMatch.split(",").map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"));
  const version = versionOf(current);
  if (named.includes(version)) return;
  throw new ControlError(
    "stale",
    `Cannot change it: it was changed since it was read, its version is "${version}" now; read it again`,
  );
}
