import type {
  Citation,
  Completion,
  CompletionEvent,
  DialectId,
  Finish,
  Item,
  Logprob,
  ReasoningState,
} from "#core/completion";
import type { Json } from "#lib/json";

/** Puts a streamed answer together again. */
type Collector = {
  readonly push: (event: CompletionEvent) => void;
  /** What came so far, as a whole answer. */
  readonly completion: () => Completion;
  /** True once `end` came. */
  readonly complete: () => boolean;
};

/** Adds a delta to an opaque item's value; only its dialect knows how. */
type MergeOpaque = (dialect: DialectId, value: Json, delta: Json) => Json;

/** Collects events into the completion they spell. Opaque items keep their first value unless `mergeOpaque` is given. */
export function createCollector(mergeOpaque: MergeOpaque = (_dialect, value) => value): Collector {
  const items = new Map<string, Draft>();
  const finishes: Finish[] = [];
  let head: Omit<Completion, "items" | "finishes"> = { id: "", model: "", extensions: {} };
  let ended = false;

  const push = (event: CompletionEvent): void => {
    switch (event.type) {
      case "start": {
        const { type: _type, extensions = {}, ...rest } = event;
        head = { ...head, ...rest, extensions };
        return;
      }
      case "item-start":
        items.set(keyOf(event), createDraft(event));
        return;
      case "finish": {
        const { type: _type, ...finish } = event;
        finishes.push(finish);
        return;
      }
      case "usage":
        head = {
          ...head,
          usage: event.usage,
          ...(event.serviceTier !== undefined && { serviceTier: event.serviceTier }),
        };
        return;
      case "end":
        ended = true;
        if (event.extensions) head = { ...head, extensions: { ...head.extensions, ...event.extensions } };
        return;
      case "item-end":
      case "error":
        return;
      default:
        grow(items.get(keyOf(event)), event, mergeOpaque);
    }
  };

  return {
    push,
    completion: () => ({
      ...head,
      items: [...items.values()].map(finishDraft).sort(byPlace),
      finishes: finishes.toSorted((a, b) => a.choice - b.choice),
    }),
    complete: () => ended,
  };
}

/** Writes a whole answer as the events that it would have streamed, so that it can be sent to a client that streams. */
export function expand(completion: Completion): readonly CompletionEvent[] {
  const { items, finishes, usage, ...head } = completion;
  return [
    { type: "start", ...head, ...(usage && { usage }) },
    ...items.flatMap(expandItem),
    ...finishes.map((finish) => ({ type: "finish", ...finish }) as const),
    ...(usage ? [{ type: "usage", usage } as const] : []),
    { type: "end" },
  ];
}

function expandItem(item: Item): readonly CompletionEvent[] {
  const place = { choice: item.choice, index: item.index };
  return [itemStart(item, place), ...itemDeltas(item, place), { type: "item-end", ...place }];
}

type Place = { readonly choice: number; readonly index: number };

function itemStart(item: Item, at: Place): CompletionEvent {
  const place = { ...at, ...(item.itemId !== undefined && { itemId: item.itemId }) };
  switch (item.kind) {
    case "text":
    case "refusal":
      return { type: "item-start", ...place, kind: item.kind };
    case "reasoning":
      return { type: "item-start", ...place, kind: item.kind, ...(item.isSummary && { isSummary: true }) };
    case "tool-call":
      return {
        ...{ type: "item-start", ...place, kind: item.kind, id: item.id, name: item.name },
        ...(item.freeForm && { freeForm: true }),
        ...(item.state && { state: item.state }),
        ...(item.extensions && { extensions: item.extensions }),
      };
    case "image":
    case "audio":
      return { type: "item-start", ...item };
    case "opaque":
      return { type: "item-start", ...place, kind: item.kind, dialect: item.dialect, value: item.value };
  }
}

function itemDeltas(item: Item, place: Place): readonly CompletionEvent[] {
  switch (item.kind) {
    case "text":
      return [
        ...textDelta(place, item.text, item.logprobs),
        ...item.citations.map((citation) => ({ type: "citation", ...place, citation }) as const),
        ...stateDelta(place, item.state),
      ];
    case "reasoning":
      return [...textDelta(place, item.text, []), ...stateDelta(place, item.state)];
    case "refusal":
      return textDelta(place, item.text, item.logprobs ?? []);
    case "tool-call":
      return item.arguments === "" ? [] : [{ type: "arguments-delta", ...place, json: item.arguments }];
    case "image":
    case "audio":
    case "opaque":
      return [];
  }
}

function stateDelta(place: Place, state: ReasoningState | undefined): readonly CompletionEvent[] {
  return state === undefined ? [] : [{ type: "reasoning-state", ...place, state }];
}

function textDelta(place: Place, text: string, logprobs: readonly Logprob[]): readonly CompletionEvent[] {
  if (text === "" && logprobs.length === 0) return [];
  return [{ type: "text-delta", ...place, text, ...(logprobs.length > 0 && { logprobs }) }];
}

/** An item while it grows. Deltas are kept apart and joined once. */
type Draft = {
  readonly start: Extract<CompletionEvent, { type: "item-start" }>;
  readonly texts: string[];
  readonly citations: Citation[];
  readonly logprobs: Logprob[];
  state?: Extract<CompletionEvent, { type: "reasoning-state" }>["state"];
  value: Json;
};

type GrowEvent = Extract<
  CompletionEvent,
  { type: "text-delta" | "arguments-delta" | "citation" | "reasoning-state" | "opaque-delta" }
>;

function createDraft(start: Draft["start"]): Draft {
  return { start, texts: [], citations: [], logprobs: [], value: start.kind === "opaque" ? start.value : null };
}

function grow(draft: Draft | undefined, event: GrowEvent, mergeOpaque: MergeOpaque): void {
  if (!draft) return;
  switch (event.type) {
    case "text-delta":
      draft.texts.push(event.text);
      for (const logprob of event.logprobs ?? []) draft.logprobs.push(logprob);
      return;
    case "arguments-delta":
      draft.texts.push(event.json);
      return;
    case "citation":
      draft.citations.push(event.citation);
      return;
    case "reasoning-state":
      draft.state = event.state;
      return;
    case "opaque-delta":
      if (draft.start.kind === "opaque") draft.value = mergeOpaque(draft.start.dialect, draft.value, event.value);
  }
}

function finishDraft(draft: Draft): Item {
  const { start, citations, logprobs, state, value } = draft;
  const { choice, index, itemId } = start;
  const place = { choice, index, ...(itemId !== undefined && { itemId }) };
  const text = draft.texts.join("");
  switch (start.kind) {
    case "text":
      return { ...place, kind: "text", text, citations, logprobs, ...(state && { state }) };
    case "reasoning":
      return {
        ...place,
        kind: "reasoning",
        text,
        ...(start.isSummary && { isSummary: true }),
        ...(state && { state }),
      };
    case "refusal":
      return { ...place, kind: "refusal", text, ...(logprobs.length > 0 && { logprobs }) };
    case "tool-call":
      return {
        ...{ ...place, kind: "tool-call", id: start.id, name: start.name, arguments: text },
        ...(start.freeForm && { freeForm: true }),
        ...(start.state && { state: start.state }),
        ...(start.extensions && { extensions: start.extensions }),
      };
    case "image":
    case "audio": {
      const { type: _type, ...item } = start;
      return item;
    }
    case "opaque":
      return { ...place, kind: "opaque", dialect: start.dialect, value };
  }
}

function keyOf(place: Place): string {
  return `${place.choice}/${place.index}`;
}

function byPlace(a: Item, b: Item): number {
  return a.choice - b.choice || a.index - b.index;
}
