/** 2020-01-01: before any record. Counting from here keeps keys below 2⁵³ until 2089. */
const originMs = 1_577_836_800_000;
/** Records of one millisecond that get a key of their own before they take those of the next. */
const keysPerMs = 4096;

/** A record's number, unless another record has it already: then the next one that is free. Ascends with time. */
export function keyOf(id: string): number {
  return keyFrom(startOf(id)) + Number.parseInt(id.slice(12, 15), 16);
}

/** The lowest key of a record that started at this time. */
export function keyFrom(timeMs: number): number {
  const sinceOrigin = Math.ceil(timeMs) - originMs;
  return Math.min(Math.max(sinceOrigin, -originMs), 2 ** 41 - 1) * keysPerMs;
}

/** When a record started: the time that ranges and statistics go by. A crowded millisecond reaches into the next one. */
export function timeOfKey(key: number): number {
  return Math.floor(key / keysPerMs) + originMs;
}

/** When the request with this id started. */
export function startOf(id: string): number {
  return Number.parseInt(id.slice(0, 12), 16);
}
