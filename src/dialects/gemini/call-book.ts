import { madeCallId } from "./call-ids";

/**
 * Pairs calls with their results, which in this dialect are told by name and order: every call gets an id, and a result the
 * id of the first call of its name that has none yet, those first that bore no id either.
 */
export class CallBook {
  private open: { readonly id: string; readonly name: string; readonly isMade: boolean }[] = [];
  private count = 0;

  /** A call; `id` is its own, or "". */
  called(name: string, id: string): string {
    const known = id === "" ? madeCallId(this.count) : id;
    this.count++;
    this.open.push({ id: known, name, isMade: id === "" });
    return known;
  }

  /** A result; `id` is that of its call, or "". */
  answered(name: string, id: string): string {
    const byId = id === "" ? -1 : this.open.findIndex((call) => call.id === id);
    const place = byId >= 0 ? byId : this.placeOf(name);
    const [call] = place < 0 ? [] : this.open.splice(place, 1);
    return call?.id ?? (id === "" ? madeCallId(this.count++, "result") : id);
  }

  private placeOf(name: string): number {
    const unnamed = this.open.findIndex((call) => call.name === name && call.isMade);
    return unnamed >= 0 ? unnamed : this.open.findIndex((call) => call.name === name);
  }
}
