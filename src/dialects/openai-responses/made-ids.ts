/** The id of an item that its provider gave none. `seed` is our id of the request, in hexadecimal digits. */
export function madeItemId(prefix: string, seed: string, index: number): string {
  return `${prefix}_${seed}_${index}`;
}

/** Whether it was made here: those of OpenAI have no second underscore. */
export function isMadeItemId(id: string): boolean {
  return /^[a-z]+_[0-9a-f]{32}_\d+$/.test(id);
}
