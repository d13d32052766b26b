import * as z from "zod";
import { limitFields, targetFields } from "./limit-schema";
import { name, tags } from "./schema-fields";

export const teamSchema = z
  .strictObject({
    name: name.meta({ description: "What virtual keys call it." }),
    customer: name.exactOptional().meta({ description: "The customer it belongs to, and with it its keys." }),
    ...limitFields,
  })
  .meta({ description: "Limits that the virtual keys of a team share." });

export const customerSchema = z
  .strictObject({ name: name.meta({ description: "What virtual keys and teams call it." }), ...limitFields })
  .meta({ description: "Limits that the teams and virtual keys of a customer share." });

/** Of model and provider, one place says which: the entry for all its limits, or each limit for itself. */
export const gatewayLimitSchema = z
  .strictObject({
    name: name.meta({ description: "What messages and records call it." }),
    tags: tags.exactOptional().meta({ description: "Holds for virtual keys that carry all of these." }),
    ...targetFields,
    provider_key: z.string().min(1).max(300).exactOptional().meta({
      description: "Counts only what these provider keys are used for: glob over their names.",
    }),
    ...limitFields,
  })
  .check((context) => {
    for (const field of ["model", "provider"] as const) {
      if (context.value[field] === undefined) continue;
      for (const section of ["budgets", "rate_limits"] as const) {
        for (const [index, entry] of (context.value[section] ?? []).entries()) {
          if (entry[field] === undefined) continue;
          const message = "stands on the entry already: make an entry of its own";
          context.issues.push({ code: "custom", message, input: entry, path: [section, index, field] });
        }
      }
    }
  })
  .meta({ description: "Limits of the gateway as a whole, or of a tag, model, provider or provider key." });

export type TeamConfig = z.infer<typeof teamSchema>;
export type CustomerConfig = z.infer<typeof customerSchema>;
export type GatewayLimitConfig = z.infer<typeof gatewayLimitSchema>;
