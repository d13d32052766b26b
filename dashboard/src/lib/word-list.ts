/** `a, b` or a line each → a list. */
export function readWords(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** `team:search, env:prod` → tags; what has no colon is a tag without a value. */
export function readTags(text: string): { readonly [name: string]: string } {
  return Object.fromEntries(
    readWords(text).map((word) => {
      const colon = word.indexOf(":");
      return colon < 0 ? [word, ""] : [word.slice(0, colon).trim(), word.slice(colon + 1).trim()];
    }),
  );
}

export function writeTags(tags: { readonly [name: string]: string }): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}:${value}`)
    .join(", ");
}
