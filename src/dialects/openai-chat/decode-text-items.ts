import type { Citation, CompletionEvent, Logprob, ReasoningState } from "#core/completion";

/** Where a choice's decoders put their events, and where they get the places of new items from. */
export type ChoiceOutput = {
  readonly emit: (event: CompletionEvent) => void;
  readonly allot: () => number;
};

type TextKind = "text" | "reasoning" | "refusal";

/** Texts of a choice. One is open at a time: another kind, or another reasoning block, ends it. */
export type TextItemDecoder = {
  readonly text: (kind: TextKind, text: string, logprobs?: readonly Logprob[]) => void;
  readonly reasoning: (text: string, block: string, state: ReasoningState | undefined, isSummary?: boolean) => void;
  /** The text is signed as a whole. */
  readonly signed: (state: ReasoningState) => void;
  readonly citation: (citation: Citation) => void;
  /** The sources that no text has told. */
  readonly uncited: () => readonly Citation[];
  readonly close: () => void;
};

/** `sources` are those of the answer as a whole, of which the first text that ends tells what it has not cited itself. */
export function createTextItemDecoder(
  choice: number,
  { emit, allot }: ChoiceOutput,
  sources: () => readonly Citation[],
): TextItemDecoder {
  let open: { readonly kind: TextKind; readonly index: number; readonly block: string } | undefined;
  const cited = new Set<string>();

  const cite = (index: number, citation: Citation) => {
    if (citation.url !== undefined) cited.add(citation.url);
    emit({ type: "citation", choice, index, citation });
  };

  const uncited = () => sources().filter(({ url }) => url !== undefined && !cited.has(url));

  const close = () => {
    if (open?.kind === "text") for (const source of uncited()) cite(open.index, source);
    if (open) emit({ type: "item-end", choice, index: open.index });
    open = undefined;
  };

  const placeOf = (kind: TextKind, block: string, isSummary = false): number => {
    if (open && open.kind === kind && open.block === block) return open.index;
    close();
    open = { kind, index: allot(), block };
    const at = { type: "item-start", choice, index: open.index } as const;
    emit(kind === "reasoning" && isSummary ? { ...at, kind, isSummary: true } : { ...at, kind });
    return open.index;
  };

  const append = (
    kind: TextKind,
    block: string,
    text: string,
    logprobs: readonly Logprob[] = nothing,
    isSummary = false,
  ) => {
    if (text === "" && logprobs.length === 0) return;
    const index = placeOf(kind, block, isSummary);
    emit({ type: "text-delta", choice, index, text, ...(logprobs.length > 0 && { logprobs }) });
  };

  return {
    text: (kind, text, logprobs) => append(kind, "", text, logprobs),
    reasoning: (text, block, state, isSummary) => {
      append("reasoning", block, text, nothing, isSummary);
      if (!state) return;
      // A signature without text belongs to the reasoning before it, whatever block that was said to be.
      const belongs = open?.kind === "reasoning" && text === "" && !state.redacted;
      const index = belongs && open ? open.index : placeOf("reasoning", block, isSummary);
      emit({ type: "reasoning-state", choice, index, state });
      close();
    },
    signed: (state) => emit({ type: "reasoning-state", choice, index: placeOf("text", ""), state }),
    citation: (citation) => cite(placeOf("text", ""), citation),
    uncited,
    close,
  };
}

const nothing: readonly never[] = [];
