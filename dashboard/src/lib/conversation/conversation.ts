/** A piece of what was said. All text of it is somebody else's and is shown as text alone. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reasoning"; readonly text: string }
  | ToolCall
  | ToolResult
  | { readonly kind: "media"; readonly what: "Image" | "Audio" | "Document"; readonly source: string }
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

/** A request and its answer, whatever dialect they were in. */
export type Conversation = {
  readonly turns: readonly Turn[];
  readonly answer: readonly Turn[];
  readonly tools: readonly ToolOffer[];
  /** What else the request said: `temperature`, `max_tokens`, … */
  readonly settings: readonly (readonly [string, unknown])[];
};

/** Puts each result beside the call that it answers, and leaves out the turns that held nothing else. */
export function pairResults(turns: readonly Turn[]): readonly Turn[] {
  const results = new Map<string, ToolResult>();
  const calls = new Set<string>();
  for (const { parts } of turns) {
    for (const part of parts) {
      if (part.kind === "result") results.set(part.id, part);
      if (part.kind === "call") calls.add(part.id);
    }
  }
  return turns.flatMap((turn) => {
    const parts = turn.parts.flatMap((part): readonly Part[] => {
      if (part.kind === "result" && calls.has(part.id)) return [];
      const result = part.kind === "call" ? results.get(part.id) : undefined;
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
