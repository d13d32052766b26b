import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import { at } from "../../fields";
import type { MendRule } from "../../mend";
import { someValue } from "../../mends/marks";
import { eachBlock } from "./turns";

const marker = "cache_control";
const key = Buffer.from(`"${marker}"`);

/** The marker for the request as a whole, where the target takes none. */
export const topCacheMarker: MendRule = ({ cache_markers: places }) => {
  if (places === undefined || places.includes("top-level")) return undefined;
  return {
    fields: [marker],
    apply: (body, notes) => {
      if (body.remove(marker)) notes.lost(marker);
    },
  };
};

/** No more cache markers than are taken: the last ones stay, since what they mark includes what the first ones do. */
export const cacheMarkerCount: MendRule = ({ cache_marker_count: most }) => {
  if (most === undefined) return undefined;
  return {
    fields: ["messages"],
    concerns: (bytes) => hasMore(bytes, most),
    apply: (body, notes) => {
      const marked = markedIn(body);
      const automatic = body.get(marker)?.isObject === true ? 1 : 0;
      for (const { node, path } of marked.slice(0, Math.max(0, marked.length + automatic - most))) {
        node.remove(marker);
        notes.lost(`${path}.${marker}`);
      }
    },
  };
};

function hasMore(bytes: Buffer, most: number): boolean {
  let count = 0;
  return someValue(bytes, key, () => ++count > most);
}

type Marked = { readonly node: JsonNode; readonly path: string };

/** In the order in which the model reads them: tools, instructions, messages. */
function markedIn(body: EditableFields): readonly Marked[] {
  const marked: Marked[] = [];
  const visit = (node: JsonNode, path: string) => {
    if (node.get(marker)?.isObject === true) marked.push({ node, path });
  };
  for (const [index, tool] of (body.get("tools")?.elements() ?? []).entries()) visit(tool, at("tools", index));
  eachBlock(body.get("system"), "system", visit);
  for (const [index, message] of (body.get("messages")?.elements() ?? []).entries())
    eachBlock(message.get("content"), `${at("messages", index)}.content`, visit);
  return marked;
}
