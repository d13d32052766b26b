import type { Completion, CompletionEvent, CompletionRequest, Message, Part } from "#core/completion";
import type { StreamDecoder, Translation } from "./translation";

// Some providers begin to count their calls anew with every answer (`call_0`), or give one id twice. Clients of Anthropic pair
// results with calls by ids alone, and Anthropic refuses an id that comes twice in a conversation:
// https://github.com/NVIDIA-NeMo/Switchyard/issues/502, https://github.com/anthropics/claude-code/issues/20631

/** Gives a call of an answer whose id its conversation has already another one. */
export function withUniqueCalls(translation: Translation, request: CompletionRequest): Translation {
  if (request.tools.length === 0) return translation;
  const { codec, endpoint } = translation;
  return {
    endpoint,
    codec: {
      ...codec,
      decodeResponse: (body) => renameItems(codec.decodeResponse(body), idGiver(request.messages)),
      createStreamDecoder: () => renameEvents(codec.createStreamDecoder(), idGiver(request.messages)),
    },
  };
}

function renameItems(completion: Completion, idFor: IdGiver): Completion {
  if (!completion.items.some(({ kind }) => kind === "tool-call")) return completion;
  const items = completion.items.map((item) => (item.kind === "tool-call" ? { ...item, id: idFor(item.id) } : item));
  return { ...completion, items };
}

function renameEvents(decoder: StreamDecoder, idFor: IdGiver): StreamDecoder {
  const rename = (events: readonly CompletionEvent[]): readonly CompletionEvent[] =>
    events.some(beginsCall)
      ? events.map((event) => (beginsCall(event) ? { ...event, id: idFor(event.id) } : event))
      : events;
  return {
    ...decoder,
    push: (event) => rename(decoder.push(event)),
    finish: (isSilent) => {
      const rest = decoder.finish(isSilent);
      return { ...rest, events: rename(rest.events) };
    },
  };
}

type CallStart = Extract<CompletionEvent, { readonly type: "item-start"; readonly kind: "tool-call" }>;

function beginsCall(event: CompletionEvent): event is CallStart {
  return event.type === "item-start" && event.kind === "tool-call";
}

type IdGiver = (id: string) => string;

/** Gives each id back that is not taken, by the calls of these messages or before; the conversation is looked at for the first. */
function idGiver(messages: readonly Message[]): IdGiver {
  let taken: Set<string> | undefined;
  return (id) => {
    taken ??= new Set(messages.flatMap(({ content }) => content.filter(isCall).map((call) => call.id)));
    return take(taken, id);
  };
}

function take(taken: Set<string>, id: string): string {
  let free = id;
  for (let count = 2; taken.has(free); count++) free = `${id}_${count}`;
  taken.add(free);
  return free;
}

type Call = Extract<Part, { readonly type: "tool-call" }>;

function isCall(part: Part): part is Call {
  return part.type === "tool-call";
}

/** The messages with an id of its own for each call, and for the results that answer it: those behind it, in their order. */
export function uniqueCalls(messages: readonly Message[]): readonly Message[] {
  const ids = messages.flatMap(({ content }) => content.filter(isCall).map((call) => call.id));
  if (new Set(ids).size === ids.length) return messages;
  const taken = new Set<string>();
  const open = new Map<string, OpenCalls>();
  const rename = (part: Part): Part => {
    if (part.type === "tool-result") return { ...part, callId: answered(open.get(part.callId)) ?? part.callId };
    if (!isCall(part)) return part;
    const id = take(taken, part.id);
    const before = open.get(part.id);
    if (before === undefined || before.isAnswered) open.set(part.id, { ids: [id], isAnswered: false });
    else before.ids.push(id);
    return { ...part, id };
  };
  return messages.map((message) => ({ ...message, content: message.content.map(rename) }));
}

/** The calls that came under one id since one of that id was answered, by what they are called now. */
type OpenCalls = { readonly ids: string[]; isAnswered: boolean };

function answered(open: OpenCalls | undefined): string | undefined {
  if (open === undefined) return undefined;
  open.isAnswered = true;
  return open.ids.length > 1 ? open.ids.shift() : open.ids[0];
}
