import { describe, expect, test } from "bun:test";
import { pageOf } from "./model-page";

const all = ["smart", "oai/a", "oai/b", "ant/a", "ant/b"].map((id) => ({
  id,
  ownedBy: id === "smart" ? "headgate" : id.slice(0, 3),
}));
const shown = (query: string) => {
  const { hasMore, models } = pageOf(all, query);
  return [models.map(({ id }) => id).join(" "), hasMore];
};

describe("pageOf()", () => {
  test.each([
    ["", "smart oai/a oai/b ant/a ant/b", undefined],
    ["?other=1", "smart oai/a oai/b ant/a ant/b", undefined],
    ["?limit=2", "smart oai/a", true],
    ["?limit=1000", "smart oai/a oai/b ant/a ant/b", false],
    ["?limit=2&after_id=oai/a", "oai/b ant/a", true],
    ["?limit=2&after=ant%2Fa", "ant/b", false],
    ["?after_id=oai/b", "ant/a ant/b", false],
    ["?limit=2&before_id=ant/a", "oai/a oai/b", true],
    ["?limit=9&before_id=oai/b", "smart oai/a", false],
    ["?provider=ant", "ant/a ant/b", undefined],
    ["?provider=ant&limit=1", "ant/a", true],
    ["?provider=none", "", undefined],
    ["?page_size=1", "smart", true],
  ])("answers %s with %s", (query, ids, hasMore) => expect(shown(query)).toEqual([ids, hasMore]));

  test.each(["?limit=0", "?limit=-1", "?limit=x", "?limit=1.5", "?limit=", "?after_id=gone", "?page_size=none"])(
    "refuses %s",
    (query) => expect(() => pageOf(all, query)).toThrow("Cannot list the models"),
  );
});
