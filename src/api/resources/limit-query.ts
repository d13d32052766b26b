import * as z from "zod";
import type { Limit } from "#core/limit";
import { type Page, pageFields, pageFrom } from "../paging";

/** What lists of budgets and of rate limits are narrowed and ordered by. */
export const limitQuery = z.strictObject({
  ...pageFields,
  scope: z
    .enum(["key", "team", "customer", "limit"])
    .exactOptional()
    .meta({ description: "Only of this kind of scope." }),
  name: z.string().min(1).max(200).exactOptional().meta({ description: "Only of scopes with this name." }),
  search: z.string().min(1).max(200).exactOptional().meta({ description: "Part of the scope's name." }),
  order: z.enum(["configured", "nearest"]).exactOptional().meta({
    default: "configured",
    description: "`nearest`: by the share of the limit that is used or held, the most first, as it is for this page.",
  }),
});

type LimitQuery = z.output<typeof limitQuery>;

export function isAsked({ scope }: Limit, { scope: kind, name, search }: LimitQuery): boolean {
  return (
    (kind === undefined || scope.kind === kind) &&
    (name === undefined || scope.name === name) &&
    (search === undefined || scope.name.toLowerCase().includes(search.toLowerCase()))
  );
}

type Shown = { readonly id: string };

/** @param share Of the limit: how much of it is used or held, of 1. */
export function limitPage<L extends Limit, V extends Shown>(
  limits: readonly L[],
  query: LimitQuery,
  show: (limit: L) => V,
  share: (shown: V) => number,
): Page<V> {
  if (query.order !== "nearest") return pageFrom(limits, query, ({ id }) => id, show);
  const shown = limits.map(show).toSorted((a, b) => share(b) - share(a));
  const idOf = ({ id }: Shown) => id;
  return pageFrom(shown, query, idOf, (each) => each);
}
