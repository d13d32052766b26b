/** Lines for several readers, each made once: when the first of them comes to it. */
export function shareLines(lines: Iterator<Uint8Array>): Iterable<Uint8Array> {
  const made: Uint8Array[] = [];
  const lineAt = (index: number): IteratorResult<Uint8Array> => {
    const known = made[index];
    if (known !== undefined) return { value: known };
    const next = lines.next();
    if (next.done !== true) made.push(next.value);
    return next;
  };
  return {
    [Symbol.iterator]: () => {
      let index = 0;
      return { next: () => lineAt(index++) };
    },
  };
}
