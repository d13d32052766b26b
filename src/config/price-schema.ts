import * as z from "zod";
import { serviceTiers } from "#core/money";
import { dollars, pricePerMillion, timeText } from "./schema-fields";

const classFields = {
  cache_read: pricePerMillion.exactOptional().meta({ description: "Tokens read from a cache." }),
  cache_write: pricePerMillion.exactOptional().meta({ description: "Tokens written to a cache." }),
  cache_write_1h: pricePerMillion.exactOptional().meta({ description: "Tokens written to a cache for an hour." }),
  reasoning: pricePerMillion.exactOptional().meta({ description: "Reasoning tokens." }),
  input_audio: pricePerMillion.exactOptional().meta({ description: "Audio tokens in." }),
  output_audio: pricePerMillion.exactOptional().meta({ description: "Audio tokens out." }),
  input_image: pricePerMillion.exactOptional().meta({ description: "Image tokens in." }),
  output_image: pricePerMillion.exactOptional().meta({ description: "Image tokens out." }),
};

const input = pricePerMillion.meta({ description: "Tokens in." });
const output = pricePerMillion.meta({ description: "Tokens out." });

const partialFields = { input: input.exactOptional(), output: output.exactOptional(), ...classFields };

const contextTiersSchema = z
  .array(
    z.strictObject({
      above: z.int().min(1).meta({ description: "Holds for requests with more tokens in than this." }),
      ...partialFields,
    }),
  )
  .max(10)
  .refine((tiers) => tiers.every(({ above }, index) => index === 0 || above > (tiers[index - 1]?.above ?? 0)), {
    message: "must be in ascending order of above",
  })
  .meta({ description: "Rates of long requests, for all their tokens." });

const serviceTierSchema = z
  .strictObject({ ...partialFields, context_tiers: contextTiersSchema.exactOptional() })
  .meta({ description: "What differs from the price around it." });

export const priceSchema = z
  .strictObject({
    input,
    output,
    ...classFields,
    per_request: dollars.exactOptional().meta({ description: "US dollars for each request, beside its tokens." }),
    per_search: dollars.exactOptional().meta({ description: "US dollars for each web search that the provider runs." }),
    context_tiers: contextTiersSchema.exactOptional(),
    service_tiers: z.partialRecord(z.enum(serviceTiers), serviceTierSchema).exactOptional().meta({
      description: "Rates of the service tiers that a provider offers: `batch`, `flex`, `priority`, `fast`, `us`.",
    }),
  })
  .meta({ description: "US dollars per million tokens. A class left out costs as input or output." });

export const priceOverrideSchema = z
  .strictObject({
    provider: z.string().min(1).max(300).exactOptional().meta({ description: "Glob over provider ids; default: all." }),
    model: z.string().min(1).max(300).meta({ description: "Glob over model names at the provider." }),
    from: timeText.exactOptional().meta({ description: "Date or time from which it holds; default: always." }),
    price: priceSchema,
  })
  .meta({ description: "A price of your own: the first that matches and holds counts, before the catalog's." });

export type PriceConfig = z.infer<typeof priceSchema>;
export type RatesConfig = Omit<z.infer<typeof serviceTierSchema>, "context_tiers">;
export type ContextTiersConfig = z.infer<typeof contextTiersSchema>;
export type PriceOverrideConfig = z.infer<typeof priceOverrideSchema>;
