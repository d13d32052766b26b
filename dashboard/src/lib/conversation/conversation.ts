/** A piece of what was said. All text of it is somebody else's and is shown as text alone. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reasoning"; readonly text: string }
  | ToolCall
  | ToolResult
  | { readonly kind: "media"; readonly what: "Image" | "Audio" | "Video" | "Document"; readonly source: string }
  | { readonly kind: "other"; readonly value: unknown };

export type ToolCall = {
  readonly kind: "call";
  readonly id: string;
  readonly name: string;
  /** JSON, mostly. */
  readonly input: string;
  /** What came back for it in a later turn. */
  readonly result?: ToolResult;
};

export type ToolResult = {
  readonly kind: "result";
  readonly id: string;
  readonly parts: readonly Part[];
  readonly failed: boolean;
};

export type Turn = { readonly role: string; readonly name?: string; readonly parts: readonly Part[] };

export type ToolOffer = { readonly name: string; readonly description: string; readonly schema: unknown };

/** Bytes as the API gives them: text where they are, else base64. */
export type Body = { readonly text?: string | undefined; readonly base64?: string | undefined };

/** A request and its answer, whatever dialect they were in. */
export type Conversation = {
  readonly turns: readonly Turn[];
  readonly answer: readonly Turn[];
  readonly tools: readonly ToolOffer[];
  /** What else the request said: `temperature`, `max_tokens`, … */
  readonly settings: readonly (readonly [string, unknown])[];
};

/**
 * Puts each result beside the call that it answers, and leaves out the turns that held nothing else. Where several calls have one
 * id (Gemini's have a name alone) the first result is the first call's.
 */
export function pairResults(turns: readonly Turn[]): readonly Turn[] {
  const all = turns.flatMap(({ parts }) => parts);
  const results = Map.groupBy(
    all.filter((part) => part.kind === "result"),
    ({ id }) => id,
  );
  const paired = new Map<ToolCall, ToolResult>();
  for (const call of all) {
    const result = call.kind === "call" ? results.get(call.id)?.shift() : undefined;
    if (call.kind === "call" && result !== undefined) paired.set(call, result);
  }
  const placed = new Set<Part>(paired.values());
  return turns.flatMap((turn) => {
    const parts = turn.parts.flatMap((part): readonly Part[] => {
      if (placed.has(part)) return [];
      const result = part.kind === "call" ? paired.get(part) : undefined;
      return [part.kind === "call" && result !== undefined ? { ...part, result } : part];
    });
    return parts.length === 0 && turn.parts.length > 0 ? [] : [{ ...turn, parts }];
  });
}

/** All that was said as text, for comparing answers. */
export function plainText(turns: readonly Turn[]): string {
  const texts = turns.flatMap(({ parts }) => parts.flatMap(textOfPart));
  return texts.join("\n\n");
}

function textOfPart(part: Part): readonly string[] {
  if (part.kind === "text") return [part.text];
  return part.kind === "call" ? [`${part.name}(${part.input})`] : [];
}
