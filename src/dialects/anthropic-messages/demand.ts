import { createDemand, type DemandFields } from "../demand";
import { lookAlikeFields } from "../look-alike-fields";

const fields: DemandFields = {
  ...lookAlikeFields,
  // https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool#usage-and-pricing
  searchTools: /^web_search_/,
  // https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool#usage-and-pricing
  freeTools: /^web_fetch_/,
};

/** What a request to the Messages API may use at most: one answer. */
export const messagesDemand = createDemand(fields, {
  charge: "input-and-output",
  answers: ({ n }) => n,
  readsMedia: true,
});
