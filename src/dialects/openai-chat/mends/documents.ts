import { JsonNode } from "#lib/json-node";
import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { each } from "./tool-places";

/** A document as Mistral has it: `{type: "document_url", document_url, document_name}`, whatever kind of address that is. */
export const documentParts: MendRule = ({ document_parts: form = "file" }) => {
  if (form === "file") return undefined;
  return {
    fields: ["messages"],
    concerns: containsAny('"file_data"'),
    apply: (body, notes) =>
      each(body.get("messages"), "messages", (message, path) =>
        each(message.get("content"), `${path}.content`, (part, place) => {
          const written = part.get("type")?.text() === "file" ? documentUrl(part.get("file")) : undefined;
          if (written === undefined) return;
          part.replace(written);
          notes.respelled(place);
        }),
      ),
  };
};

function documentUrl(file: JsonNode | undefined): JsonNode | undefined {
  const data = file?.get("file_data");
  const name = file?.get("filename");
  if (data === undefined) return undefined;
  const part = JsonNode.of({ type: "document_url" });
  part.set("document_url", data);
  if (name !== undefined) part.set("document_name", name);
  return part;
}
