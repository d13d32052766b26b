import { madeCallId } from "./call-ids";

/**
 * Pairs calls with their results, which in this dialect are told by name and order: every call gets an id, and a result the
 * id of the first call of its name that has none yet.
 */
export class CallBook {
  private open: { readonly id: string; readonly name: string }[] = [];
  private count = 0;

  /** A call; `id` is its own, or "". */
  called(name: string, id: string): string {
    const known = id === "" ? madeCallId(this.count) : id;
    this.count++;
    this.open.push({ id: known, name });
    return known;
  }

  /** A result; `id` is that of its call, or "". */
  answered(name: string, id: string): string {
    const byId = id === "" ? -1 : this.open.findIndex((call) => call.id === id);
    const byName = byId >= 0 ? byId : this.open.findIndex((call) => call.name === name);
    const [call] = byName < 0 ? [] : this.open.splice(byName, 1);
    return call?.id ?? (id === "" ? madeCallId(this.count++, "result") : id);
  }
}
