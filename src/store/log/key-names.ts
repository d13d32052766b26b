import type { RequestRecord } from "#core/record";

/** The latest names of virtual keys, of principals in the order in which they came up. */
export function keyNamesIn(
  principals: Iterable<Partial<RequestRecord>>,
  ids: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { keyId, keyName } of ids.size === 0 ? [] : principals) {
    if (keyId !== undefined && keyName !== undefined && ids.has(keyId)) names.set(keyId, keyName);
  }
  return names;
}
