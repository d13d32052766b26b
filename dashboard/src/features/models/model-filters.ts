import type { Query } from "#api/call";
import { choiceField, flagField, listField, optionalField, textField, type UrlState } from "#lib/url-state";

export const capabilities = [
  ["tools", "Tools"],
  ["reasoning", "Reasoning"],
  ["structured-output", "Structured output"],
  ["image-input", "Images in"],
  ["pdf-input", "PDF in"],
  ["audio-input", "Audio in"],
  ["video-input", "Video in"],
  ["image-output", "Images out"],
  ["audio-output", "Audio out"],
] as const;

export const modes = ["any", "chat", "embedding", "image", "speech", "transcription", "video", "rerank"] as const;

export const fields = {
  q: textField(),
  can: listField(),
  provider: optionalField(),
  mode: choiceField(modes),
  context: choiceField(["any", "32000", "128000", "200000", "1000000"]),
  price: choiceField(["any", "0.5", "1", "3", "10"]),
  catalog: choiceField(["configured", "all"]),
  own: flagField(),
  sort: choiceField(["name", "price", "context", "released"]),
  open: optionalField(),
  add: flagField(),
};

export type ModelState = UrlState<typeof fields>;

/** What the API is asked for; the same state asks for the same. */
export function queryOf(state: ModelState): NonNullable<Query<"GET /api/models">> {
  const { q, can, provider, mode, context, price, catalog, own, sort } = state;
  return {
    ...(q.trim() !== "" && { q: q.trim() }),
    ...(can.length > 0 && { capability: can.join(",") }),
    ...(provider !== undefined && { provider }),
    ...(mode !== "any" && { mode }),
    ...(context !== "any" && { min_context: context }),
    ...(price !== "any" && { max_input_price: price }),
    ...(catalog === "all" && { catalog }),
    ...(own && { own: "true" }),
    ...(sort !== "name" && { order: sort }),
  };
}

/** Whether anything narrows the list. */
export function isFiltered(state: ModelState): boolean {
  const { order: _, catalog: __, ...narrowing } = queryOf(state);
  return Object.keys(narrowing).length > 0;
}

export const noFilters = {
  q: "",
  can: [],
  provider: undefined,
  mode: "any",
  context: "any",
  price: "any",
  own: false,
} as const;
