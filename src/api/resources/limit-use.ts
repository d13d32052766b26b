import * as z from "zod";
import type { Limit } from "#core/limit";
import { formatDollars } from "#core/money";
import type { RequestRecord } from "#core/record";
import { dollars } from "../view-fields";
import { scopeFields, showScope } from "./limit-view";

const amount = (description: string) =>
  z
    .string()
    .exactOptional()
    .meta({ description: `In \`unit\`: ${description}.` });

const inDollars = dollars.exactOptional().meta({ description: "The same, where the unit is dollars." });

export const limitUseView = z
  .strictObject({
    id: z.string(),
    scope: scopeFields.scope.exactOptional(),
    scope_kind: scopeFields.scope_kind.exactOptional(),
    scope_name: scopeFields.scope_name.exactOptional(),
    kind: z.enum(["budget", "rate", "concurrency"]).exactOptional(),
    unit: z.enum(["dollars", "tokens", "requests"]).exactOptional(),
    held: amount(
      "what the last attempt set aside; absent where nothing was taken, and of requests before it was noted",
    ),
    taken: amount("what the request was charged"),
    held_usd: inDollars,
    taken_usd: inDollars,
  })
  .meta({
    id: "LimitUse",
    description: "What a limit held and took for a request; its id alone where the limit is gone.",
  });

/** What the limits that a request was held against held and took, in their order. `limits`: all that there are. */
export function showLimitUse(
  { limits: ids = [], charges, outcome }: RequestRecord,
  limits: Iterable<Limit>,
): readonly z.output<typeof limitUseView>[] {
  // What refused held nothing for it.
  if (outcome === "refused" || ids.length === 0) return [];
  const wanted = new Set(ids);
  const byId = new Map<string, Limit>();
  for (const limit of limits) if (wanted.has(limit.id)) byId.set(limit.id, limit);
  return ids.map((id) => {
    const limit = byId.get(id);
    if (limit === undefined) return { id };
    const charge = charges.find(({ slot, tag }) => slot === limit.slot.index && tag === limit.slot.tag);
    return { id, ...showScope(limit.scope), kind: limit.kind, ...showAmounts(limit, charge) };
  });
}

function showAmounts({ unit }: Limit, charge: RequestRecord["charges"][number] | undefined) {
  const taken = charge?.amount ?? 0;
  const held = unit === "requests" ? charge?.amount : charge?.held;
  if (unit !== "nanodollars") return { unit, ...(held !== undefined && { held: String(held) }), taken: String(taken) };
  return {
    unit: "dollars" as const,
    ...(held !== undefined && { held: formatDollars(held), held_usd: formatDollars(held) }),
    taken: formatDollars(taken),
    taken_usd: formatDollars(taken),
  };
}
