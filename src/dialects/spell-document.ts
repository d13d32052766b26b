import type { Part } from "#core/completion";

/**
 * A document as the parts that this dialect has: its text, and what the client says of it, as texts. One that is a file
 * stays a part, and has no place for what is said of it.
 */
export function spellDocument(part: Part): readonly Part[] {
  if (part.type !== "document") return [part];
  const { cache, source } = part;
  const heading = headingOf(part);
  const marked = cache === undefined ? {} : { cache };
  switch (source.type) {
    case "text":
      return [{ type: "text", text: heading + source.text, ...marked }];
    case "parts": {
      const parts = source.parts.flatMap(spellDocument);
      const last = parts.at(-1);
      const first: readonly Part[] = heading === "" ? [] : [{ type: "text", text: heading.trimEnd() }];
      return last?.type === "text" ? [...first, ...parts.slice(0, -1), { ...last, ...marked }] : [...first, ...parts];
    }
    default:
      return part.context === undefined ? [part] : [{ type: "text", text: heading.trimEnd() }, part];
  }
}

function headingOf({ context, foundAt, title }: Extract<Part, { readonly type: "document" }>): string {
  const lines = [
    ...(title === undefined ? [] : [`Title: ${title}`]),
    ...(foundAt === undefined ? [] : [`Source: ${foundAt}`]),
    ...(context === undefined ? [] : [`Context: ${context}`]),
  ];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n\n`;
}
