import type { LimitScope } from "./limit";

/** The beginning of the ids of a scope's limits. A virtual key's scope is named by the key's id. */
export function limitOwner(kind: LimitScope["kind"], name: string): string {
  return `${kind}:${escapeIdPart(name)}`;
}

/** Keeps an id's parts apart, and ids fit for a log line; everything else stays readable. */
export function escapeIdPart(part: string): string {
  return plain.test(part) ? part : part.replace(/[%/?#\s\p{Cc}]/gu, encodeURIComponent);
}

const plain = /^[\w.:*=@-]*$/;
