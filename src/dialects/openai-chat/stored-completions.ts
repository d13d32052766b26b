import type { ObjectRow } from "../dialect";
import { objectOperation, placesOf } from "../object-operation";
import type { ObjectPlace } from "../operation";

/** What ids of completions begin with. */
const kind = "chatcmpl";

/** Where an answer that is stored names itself. */
export const completionPlaces: readonly ObjectPlace[] = [{ kind, path: ["id"] }];

/** Completions that were made with `store: true`, and models: https://platform.openai.com/docs/api-reference/chat/list */
export const storedOperations = {
  "stored-completions": objectOperation({ path: "/chat/completions", objectPlaces: placesOf(kind) }),
  "stored-completion": objectOperation({ path: "/chat/completions/{id}", objectPlaces: completionPlaces }),
  "stored-messages": objectOperation({ path: "/chat/completions/{id}/messages" }),
  "tuned-model": objectOperation({ path: "/models/{model}" }),
};

const one = {
  path: "/chat/completions/{id}",
  kind,
  allowedAs: "chat.completions",
  operation: "stored-completion",
} as const;

export const storedRows: readonly ObjectRow<keyof typeof storedOperations>[] = [
  {
    method: "GET",
    path: "/chat/completions",
    isAccountWide: true,
    endpoint: "chat.completions.list",
    allowedAs: "chat.completions",
    operation: "stored-completions",
  },
  { ...one, method: "GET", endpoint: "chat.completions.retrieve" },
  { ...one, method: "POST", endpoint: "chat.completions.update" },
  { ...one, method: "DELETE", endpoint: "chat.completions.delete" },
  {
    ...one,
    method: "GET",
    path: "/chat/completions/{id}/messages",
    endpoint: "chat.completions.messages",
    operation: "stored-messages",
  },
  {
    method: "DELETE",
    path: "/models/{model}",
    isAccountWide: true,
    endpoint: "models.delete",
    allowedAs: "models",
    operation: "tuned-model",
  },
];
