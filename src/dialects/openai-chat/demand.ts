import { isArray, type Json } from "#lib/json";
import { countOf, createDemand, type DemandFields } from "../demand";
import { lookAlikeFields } from "../look-alike-fields";
import { own } from "./wire";

const fields: DemandFields = {
  ...lookAlikeFields,
  others: [...lookAlikeFields.others, "best_of", "prompt"],
  // An earlier answer's audio, by its id.
  refersElsewhere: ({ extensions }) => own(extensions).audio !== undefined,
};

export const completionDemand = createDemand(fields, {
  charge: "input-and-output",
  answers: ({ n }, { best_of: bestOf }) => Math.max(n, countOf(bestOf)),
  readsMedia: true,
});

export const textCompletionDemand = createDemand(fields, {
  charge: "input-and-output",
  answers: ({ n }, { best_of: bestOf, prompt }) => Math.max(n, countOf(bestOf)) * prompts(prompt),
  readsMedia: false,
});

export const embeddingsDemand = createDemand(fields, { charge: "input", answers: () => 1, readsMedia: false });

/** A prompt is a text or a list of tokens; a list of either is several. */
function prompts(prompt: Json | undefined): number {
  if (!isArray(prompt) || typeof prompt[0] === "number") return 1;
  return Math.max(1, prompt.length);
}
