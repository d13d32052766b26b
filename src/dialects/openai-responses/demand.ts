import { createDemand, type DemandFields } from "../demand";
import { lookAlikeFields } from "../look-alike-fields";

const fields: DemandFields = {
  ...lookAlikeFields,
  hosted: [...lookAlikeFields.hosted, "context_management"],
  // A stored prompt may hold anything.
  stored: [...lookAlikeFields.stored, "prompt"],
  externalMarks: [
    ...lookAlikeFields.externalMarks,
    // Items that are kept where they were made, and summaries of longer conversations.
    '"item_reference"',
    '"compaction"',
  ],
  // Tools that the client's harness runs, and the search among deferred ones.
  searchTools: /^web_search/,
  mostToolCalls: "max_tool_calls",
  clientTools: /^(?:function$|custom$|namespace$|local_shell$|shell$|apply_patch$|computer|tool_search$)/,
};

export const responsesDemand = createDemand(fields, { charge: "input-and-output", answers: () => 1, readsMedia: true });
