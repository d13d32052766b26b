import type { Draft } from "./draft";
import type { Json } from "./json";
import { JsonNode } from "./json-node";
import type { JsonField, JsonScan } from "./json-scan";
import { type FieldChanges, removed } from "./json-splice";

/** The top-level fields of a scanned body, to be edited; `changes()` is what has to be spliced into its bytes. */
export class JsonFields {
  private readonly nodes = new Map<string, JsonNode>();
  private readonly absent = new Set<string>();

  constructor(private readonly scan: JsonScan) {}

  names(): readonly string[] {
    const known = this.scan.fields.map(({ key }) => key).filter((key) => !this.absent.has(key));
    return [...known, ...[...this.nodes.keys()].filter((name) => !known.includes(name))];
  }

  get(name: string): JsonNode | undefined {
    if (this.absent.has(name)) return undefined;
    const known = this.nodes.get(name);
    if (known !== undefined) return known;
    const field = fieldNamed(this.scan, name);
    if (field === undefined) return undefined;
    const node = new JsonNode(this.scan.bytes, field.valueStart, field.valueEnd);
    this.nodes.set(name, node);
    return node;
  }

  set(name: string, value: Json | JsonNode): void {
    const known = this.get(name);
    const node = known ?? JsonNode.of(null);
    node.replace(value);
    this.absent.delete(name);
    this.nodes.set(name, node);
  }

  /** False where there was none. */
  remove(name: string): boolean {
    if (this.get(name) === undefined) return false;
    this.nodes.delete(name);
    this.absent.add(name);
    return true;
  }

  changes(): FieldChanges {
    const changes: Draft<FieldChanges> = {};
    for (const name of this.absent) changes[name] = removed;
    for (const [name, node] of this.nodes) if (node.isChanged) changes[name] = node.write();
    return changes;
  }
}

/** What a mend does with a body, or with a view of one. */
export type EditableFields = Pick<JsonFields, "get" | "names" | "remove" | "set">;

/** A loop, for a closure would be made for every field that a mend asks for. */
function fieldNamed({ fields }: JsonScan, name: string): JsonField | undefined {
  for (let index = 0; index < fields.length; index++) if (fields[index]?.key === name) return fields[index];
  return undefined;
}
