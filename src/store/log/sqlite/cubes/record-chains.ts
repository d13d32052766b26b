/** Records of an hour or a day by their cells: each cell has the first of a chain of records. */
export type RecordChains = {
  /** Where the records stand in the facts. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
  /** Names of the cells, and in their order how many records each has and its first. */
  readonly names: readonly number[];
  readonly counts: readonly number[];
  readonly heads: readonly number[];
  /** The record that follows each in its chain; -1 at the end. */
  readonly next: Int32Array;
};

/** Makes chains of records by the names of their cells; what it gave before is not to be used any more. */
export function createChains(
  names: Float64Array,
): (ranges: readonly (readonly [start: number, end: number])[]) => RecordChains {
  const places = new Map<number, number>();
  const byPlace: number[] = [];
  const placeOf = Int32Array.from(names, (name) => {
    let place = places.get(name);
    if (place === undefined) {
      place = byPlace.push(name) - 1;
      places.set(name, place);
    }
    return place;
  });
  const next = new Int32Array(names.length);
  const [heads, counts] = [new Int32Array(byPlace.length).fill(-1), new Int32Array(byPlace.length)];
  return (ranges) => {
    const met: number[] = [];
    for (const [start, end] of ranges) {
      for (let record = start; record < end; record++) {
        const place = placeOf[record] ?? 0;
        if (counts[place] === 0) met.push(place);
        counts[place] = (counts[place] ?? 0) + 1;
        next[record] = heads[place] ?? -1;
        heads[place] = record;
      }
    }
    const chains = {
      ranges,
      names: met.map((place) => byPlace[place] ?? 0),
      counts: met.map((place) => counts[place] ?? 0),
      heads: met.map((place) => heads[place] ?? -1),
      next,
    };
    for (const place of met) {
      counts[place] = 0;
      heads[place] = -1;
    }
    return chains;
  };
}
