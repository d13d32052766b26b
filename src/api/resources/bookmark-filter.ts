import * as z from "zod";
import type { LogFilter } from "#store/log/log-filter";
import type { ApiServices } from "../services";

/** More are not looked for at once. */
const maxBookmarks = 200;

export const bookmarkedField = z
  .literal("true")
  .exactOptional()
  .meta({ description: `Only bookmarked records: of the ${maxBookmarks} newest bookmarks.` });

/** The filter that `bookmarked` asks for; none where it is left out. */
export async function bookmarkFilters(
  bookmarked: "true" | undefined,
  { logNotes }: Pick<ApiServices["store"], "logNotes">,
): Promise<readonly LogFilter[]> {
  if (bookmarked === undefined) return [];
  return [{ on: "word", field: "id", anyOf: await logNotes.bookmarks(maxBookmarks) }];
}
