import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import { at } from "../../fields";
import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";

/** No more cache points than are taken: the last ones stay, since what they mark includes what the first ones do. */
export const cachePointCount: MendRule = ({ cache_marker_count: most }) => {
  if (most === undefined) return undefined;
  return {
    fields: ["system", "toolConfig", "messages"],
    concerns: containsAny('"cachePoint"'),
    apply: (body, notes) => {
      const lists = listsOf(body);
      const points = lists.flatMap(({ list }) => list.elements().filter(isPoint));
      const surplus = new Set(points.slice(0, Math.max(0, points.length - most)));
      if (surplus.size === 0) return;
      for (const { list, path } of lists) {
        const elements = list.elements();
        const kept = elements.filter((element) => !surplus.has(element));
        for (const [index, element] of elements.entries()) if (surplus.has(element)) notes.lost(at(path, index));
        if (kept.length < elements.length) list.setElements(kept);
      }
    },
  };
};

function isPoint(element: JsonNode): boolean {
  return element.get("cachePoint") !== undefined;
}

/** In the order in which the model reads them: tools, instructions, messages. */
function listsOf(body: EditableFields): readonly { readonly list: JsonNode; readonly path: string }[] {
  const messages = body.get("messages")?.elements() ?? [];
  const found = [
    { list: body.get("toolConfig")?.get("tools"), path: "toolConfig.tools" },
    { list: body.get("system"), path: "system" },
    ...messages.map((message, index) => ({ list: message.get("content"), path: `${at("messages", index)}.content` })),
  ];
  return found.flatMap(({ list, path }) => (list === undefined ? [] : [{ list, path }]));
}
