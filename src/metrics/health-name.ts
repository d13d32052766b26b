/** Parts of the name of a health row: `provider/model#key` of a target, `provider#key` of a provider key. */
export type HealthName = { readonly provider: string; readonly model?: string; readonly key: string };

/** A provider's id holds neither `/` nor `#`; a model may hold both, a key's name is taken to hold no `#`. */
export function parseHealthName(name: string): HealthName {
  const slash = name.indexOf("/");
  const firstHash = name.indexOf("#");
  const lastHash = name.lastIndexOf("#");
  if (slash === -1 || (firstHash !== -1 && firstHash < slash)) {
    const end = firstHash === -1 ? name.length : firstHash;
    return { provider: name.slice(0, end), key: name.slice(end + 1) };
  }
  const end = lastHash < slash ? name.length : lastHash;
  return { provider: name.slice(0, slash), model: name.slice(slash + 1, end), key: name.slice(end + 1) };
}

export function keyHealthName(provider: string, key: string): string {
  return `${provider}#${key}`;
}
