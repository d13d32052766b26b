import { createDemand } from "../demand";
import { lookAlikeFields } from "../look-alike-fields";

/** What a request to the Messages API may use at most: one answer. */
export const messagesDemand = createDemand(lookAlikeFields, {
  charge: "input-and-output",
  answers: ({ n }) => n,
  readsMedia: true,
});
