/** What can be found by its name or its id. */
export type Searched = { readonly id: string; readonly name: string };

/**
 * Those of the entries in which the text stands, in any case: names and ids that are the text, names that begin with it,
 * names with a word that does, names that hold it, ids that begin with it. Among equals shorter names first.
 */
export function bestMatches<T extends Searched>(text: string, entries: Iterable<T>, limit: number): readonly T[] {
  const wanted = text.toLowerCase();
  const byRank: T[][] = [[], [], [], [], []];
  for (const entry of entries) {
    const rank = rankOf(wanted, entry);
    if (rank !== undefined) byRank[rank]?.push(entry);
  }
  const best: T[] = [];
  for (const equals of byRank) {
    if (best.length >= limit) break;
    best.push(...equals.sort((a, b) => a.name.length - b.name.length));
  }
  return best.slice(0, limit);
}

function rankOf(wanted: string, { id, name }: Searched): number | undefined {
  const text = name.toLowerCase();
  const at = text.indexOf(wanted);
  if (at === 0) return text.length === wanted.length ? 0 : 1;
  if (id === wanted) return 0;
  if (at > 0) return /[\p{L}\p{N}]/u.test(text.charAt(at - 1)) ? 3 : 2;
  return id.includes(wanted) ? 4 : undefined;
}
