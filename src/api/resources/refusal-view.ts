import * as z from "zod";
import { formatDollars } from "#core/money";
import type { RequestRecord } from "#core/record";
import { count, dollars } from "../view-fields";

const amount = (description: string) =>
  z
    .string()
    .exactOptional()
    .meta({ description: `In \`unit\`: ${description}.` });

const inDollars = dollars.exactOptional().meta({ description: "The same, where the unit is dollars." });

export const refusalView = z
  .strictObject({
    weight: count.meta({
      description: "How many refused requests the record stands for: itself, and those of its code left out before it.",
    }),
    limit_id: z.string().exactOptional(),
    limit: z.string().exactOptional().meta({ description: "The limit in words." }),
    unit: z.enum(["dollars", "tokens", "requests"]).exactOptional(),
    allowance: amount("what the limit allows"),
    charged: amount("what was used of it"),
    held: amount("what running requests held of it"),
    asked: amount("the most that the request could use"),
    allowance_usd: inDollars,
    charged_usd: inDollars,
    held_usd: inDollars,
    asked_usd: inDollars,
    retry_after_s: z.number().exactOptional(),
  })
  .meta({ id: "Refusal", description: "Why a request was refused, as far as a limit refused it." });

type Refusal = NonNullable<RequestRecord["refusal"]>;

export function showRefusal(refusal: Refusal): z.output<typeof refusalView> {
  const { weight, limit, limitName, unit, retryAfterS } = refusal;
  const amounts = (["allowance", "charged", "held", "asked"] as const).flatMap((name) => {
    const value = refusal[name];
    if (value === undefined) return [];
    if (unit !== "nanodollars") return [[name, String(value)] as const];
    return [[name, formatDollars(value)] as const, [`${name}_usd`, formatDollars(value)] as const];
  });
  return {
    weight,
    ...(limit !== undefined && { limit_id: limit }),
    ...(limitName !== undefined && { limit: limitName }),
    ...(unit !== undefined && { unit: unit === "nanodollars" ? "dollars" : unit }),
    ...Object.fromEntries(amounts),
    ...(retryAfterS !== undefined && { retry_after_s: retryAfterS }),
  };
}
