/** Compiles a pattern in which `*` stands for any run of characters; everything else is literal. Matching is linear. */
export function compileGlob(pattern: string): (text: string) => boolean {
  if (pattern === "*") return () => true;
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  if (parts.length === 1) return (text) => text === first;
  const last = parts[parts.length - 1] ?? "";
  const middle = parts.slice(1, -1).filter((part) => part !== "");
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const part of middle) {
      const at = text.indexOf(part, from);
      if (at < 0 || at + part.length > text.length - last.length) return false;
      from = at + part.length;
    }
    return true;
  };
}

export function matchesAny(patterns: readonly ((text: string) => boolean)[], text: string): boolean {
  return patterns.some((matches) => matches(text));
}
