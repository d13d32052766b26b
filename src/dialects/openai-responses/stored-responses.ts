import type { ObjectReference } from "#core/object-reference";
import { isObject, type Json, type JsonObject } from "#lib/json";
import type { ObjectRow } from "../dialect";
import { framings } from "../framings";
import { objectOperation, placesOf } from "../object-operation";
import type { KeptItemForm, ObjectPlace } from "../operation";
import { keptCancelled, keptInput, keptResponse } from "./kept-answers";
import { createStreamMeter } from "./meter-stream";

/** What ids of responses and of conversations begin with. */
const response = "resp";
const conversation = "conv";

/** Where a response names itself and what it continues, alone and in the events of a stream. */
export const responsePlaces: readonly ObjectPlace[] = [[], ["response"]].flatMap((at) => [
  { kind: response, path: [...at, "id"] },
  { kind: response, path: [...at, "previous_response_id"] },
  { kind: conversation, path: [...at, "conversation", "id"] },
]);

/** https://platform.openai.com/docs/guides/background: until then it is asked for again and again. */
export function unfinishedId(body: Json): string | undefined {
  if (!isObject(body) || (body.status !== "queued" && body.status !== "in_progress")) return undefined;
  return typeof body.id === "string" ? body.id : undefined;
}

/** What a request goes on from. */
export function referencesIn({ conversation: kept, previous_response_id: previous }: JsonObject): ObjectReference[] {
  const references: ObjectReference[] = [];
  if (typeof previous === "string" && previous !== "")
    references.push({ kind: response, id: previous, field: "previous_response_id", write: (id) => id });
  const id: Json | undefined = isObject(kept) ? kept.id : kept;
  if (typeof id === "string" && id !== "")
    references.push({
      kind: conversation,
      id,
      field: "conversation",
      write: (own) => (isObject(kept) ? { ...kept, id: own } : own),
    });
  return references;
}

/** The ids of items that `OutputWriter` gives, by the id of the request. The AI SDK names items that it takes for stored. */
export const keptItems: KeptItemForm = {
  mark: '"item_reference"',
  named: (item) => {
    if (!isObject(item) || item.type !== "item_reference" || typeof item.id !== "string") return undefined;
    const [id, request] = /^[a-z]+_([0-9a-f]{32})_\d+$/.exec(item.id) ?? [];
    return id === undefined || request === undefined ? undefined : { request, id };
  },
};

const stream = { framing: framings.sse, createMeter: createStreamMeter };

/** https://platform.openai.com/docs/api-reference/responses/get and /conversations */
export const storedOperations = {
  response: objectOperation({
    path: "/responses/{id}",
    objectPlaces: responsePlaces,
    stream,
    keptAnswer: keptResponse,
  }),
  "response-end": objectOperation({
    path: "/responses/{id}/cancel",
    objectPlaces: responsePlaces,
    keptAnswer: keptCancelled,
  }),
  "response-input": objectOperation({ path: "/responses/{id}/input_items", keptAnswer: keptInput }),
  conversations: objectOperation({ path: "/conversations", objectPlaces: placesOf(conversation) }),
  conversation: objectOperation({ path: "/conversations/{id}", objectPlaces: placesOf(conversation) }),
  "conversation-items": objectOperation({ path: "/conversations/{id}/items" }),
  "conversation-item": objectOperation({ path: "/conversations/{id}/items/{item}" }),
  // It is answered with the conversation.
  "conversation-item-removal": objectOperation({
    path: "/conversations/{id}/items/{item}",
    objectPlaces: placesOf(conversation),
  }),
};

type Operations = keyof typeof storedOperations;

const one = { path: "/responses/{id}", kind: response, allowedAs: "responses", operation: "response" } as const;
const talk = { path: "/conversations/{id}", kind: conversation, allowedAs: "conversations" } as const;
const items = { ...talk, path: "/conversations/{id}/items", operation: "conversation-items" } as const;
const item = { ...talk, path: "/conversations/{id}/items/{item}", operation: "conversation-item" } as const;

export const storedRows: readonly ObjectRow<Operations>[] = [
  { ...one, method: "GET", endpoint: "responses.retrieve" },
  { ...one, method: "DELETE", endpoint: "responses.delete" },
  {
    ...one,
    method: "POST",
    path: "/responses/{id}/cancel",
    endpoint: "responses.cancel",
    operation: "response-end",
  },
  {
    ...one,
    method: "GET",
    path: "/responses/{id}/input_items",
    endpoint: "responses.input_items",
    operation: "response-input",
  },
  {
    method: "POST",
    path: "/conversations",
    endpoint: "conversations.create",
    allowedAs: "conversations",
    operation: "conversations",
  },
  { ...talk, method: "GET", endpoint: "conversations.retrieve", operation: "conversation" },
  { ...talk, method: "POST", endpoint: "conversations.update", operation: "conversation" },
  { ...talk, method: "DELETE", endpoint: "conversations.delete", operation: "conversation" },
  { ...items, method: "POST", endpoint: "conversations.items.create" },
  { ...items, method: "GET", endpoint: "conversations.items.list" },
  { ...item, method: "GET", endpoint: "conversations.items.retrieve" },
  { ...item, method: "DELETE", endpoint: "conversations.items.delete", operation: "conversation-item-removal" },
];
