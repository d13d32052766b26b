import * as z from "zod";
import { ControlError } from "#core/control-error";
import type { LimitScope } from "#core/limit";

const kinds = ["key", "team", "customer", "limit"] as const;

/** A scope as queries name it. */
export const scopeField = z
  .string()
  .regex(/^(key|team|customer|limit):.+$/s, { message: "must be key:, team:, customer: or limit: and a name" })
  .meta({ description: "`key:NAME`, `team:NAME`, `customer:NAME` or `limit:NAME`." });

export function parseScope(text: string): LimitScope {
  const colon = text.indexOf(":");
  const kind = kinds.find((candidate) => candidate === text.slice(0, colon));
  if (kind === undefined)
    throw new ControlError("invalid", `Cannot use the scope: found "${text}", ${kinds.join(", ")} are known`);
  return { kind, name: text.slice(colon + 1) };
}
