import type { JsonNode } from "#lib/json-node";
import type { MendNotes, MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { each } from "./tool-places";

/** The only fields of messages that are taken: `content`, or of one role alone, `tool.name`. */
export const messageFields: MendRule = ({ message_fields: names }) => {
  if (names === undefined) return undefined;
  const known = new Set(names);
  return {
    fields: ["messages"],
    apply: (body, notes) =>
      each(body.get("messages"), "messages", (message, path) => {
        const role = message.get("role")?.text() ?? "";
        for (const name of message.names()) {
          if (known.has(name) || known.has(`${role}.${name}`)) continue;
          const isEmpty = message.get(name)?.json() === null;
          message.remove(name);
          if (!isEmpty) notes.lost(`${path}.${name}`);
        }
      }),
  };
};

const marker = "cache_control";

/** Cache markers where the target takes them, and at no other place. */
export const cacheMarkers: MendRule = ({ cache_markers: places }) => {
  if (places === undefined) return undefined;
  return {
    fields: ["messages", "tools", marker],
    concerns: containsAny(`"${marker}"`),
    apply: (body, notes) => {
      if (!places.includes("top-level") && body.remove(marker)) notes.lost(marker);
      if (!places.includes("tools")) each(body.get("tools"), "tools", (tool, path) => unmarkTool(tool, path, notes));
      if (!places.includes("parts"))
        each(body.get("messages"), "messages", (one, path) => unmarkMessage(one, path, notes));
    },
  };
};

function unmarkTool(tool: JsonNode, path: string, notes: MendNotes): void {
  unmark(tool, path, notes);
  const called = tool.get("function");
  if (called !== undefined) unmark(called, `${path}.function`, notes);
}

function unmarkMessage(message: JsonNode, path: string, notes: MendNotes): void {
  unmark(message, path, notes);
  each(message.get("content"), `${path}.content`, (part, partPath) => unmark(part, partPath, notes));
  each(message.get("tool_calls"), `${path}.tool_calls`, (call, callPath) => unmark(call, callPath, notes));
}

function unmark(node: JsonNode, path: string, notes: MendNotes): void {
  if (node.get(marker) === undefined) return;
  node.remove(marker);
  notes.lost(`${path}.${marker}`);
}
