import type { Json } from "#lib/json";
import type { EditableFields } from "#lib/json-fields";
import { JsonNode } from "#lib/json-node";
import { MendNotes, type MendRule } from "../../mend";

/** Where Converse has what the Messages API calls by these names. */
const places: { readonly [name: string]: readonly [parent: string, name: string] } = {
  max_tokens: ["inferenceConfig", "maxTokens"],
  temperature: ["inferenceConfig", "temperature"],
  top_p: ["inferenceConfig", "topP"],
  top_k: ["additionalModelRequestFields", "top_k"],
  thinking: ["additionalModelRequestFields", "thinking"],
  output_config: ["additionalModelRequestFields", "output_config"],
};

/**
 * Rules of the Messages API about single fields, for Claude behind Converse: what Claude refuses, it refuses here too, under
 * other names.
 */
export function forMessages(rule: MendRule): MendRule {
  return (traits) => {
    const mend = rule(traits);
    if (mend === undefined) return undefined;
    return {
      fields: mend.fields.flatMap((name) => places[name]?.[0] ?? []),
      apply: (body, notes) => {
        const seen = new MendNotes();
        mend.apply(new MessagesView(body), seen);
        const { lost, respelled } = seen.with({});
        for (const path of lost) notes.lost(pathOf(path));
        for (const path of respelled) notes.respelled(pathOf(path));
      },
    };
  };
}

function pathOf(path: string): string {
  const [name = path] = path.split(".", 1);
  const place = places[name];
  return place === undefined ? path : place.join(".") + path.slice(name.length);
}

/** A body of Converse with the names of the Messages API. What is empty once a field is out goes too. */
class MessagesView implements EditableFields {
  constructor(private readonly body: EditableFields) {}

  names(): readonly string[] {
    return Object.keys(places).filter((name) => this.get(name) !== undefined);
  }

  get(name: string): JsonNode | undefined {
    const [parent = name, inner] = places[name] ?? [];
    const node = this.body.get(parent);
    return inner === undefined ? node : node?.get(inner);
  }

  set(name: string, value: Json | JsonNode): void {
    const [parent = name, inner] = places[name] ?? [];
    if (inner === undefined) {
      this.body.set(name, value);
      return;
    }
    const node = this.body.get(parent);
    if (node !== undefined) {
      node.set(inner, value);
      return;
    }
    const made = JsonNode.of({});
    made.set(inner, value);
    this.body.set(parent, made);
  }

  remove(name: string): boolean {
    const [parent = name, inner] = places[name] ?? [];
    if (inner === undefined) return this.body.remove(name);
    const node = this.body.get(parent);
    if (node?.get(inner) === undefined) return false;
    if (node.names().length === 1) this.body.remove(parent);
    else node.remove(inner);
    return true;
  }
}
