import * as z from "zod";
import type { FilePlace } from "#config/file-places";
import { modelSchema } from "#config/provider-schema";
import { modelCapabilities, modelModes } from "#core/snapshot";
import { versionOf } from "../entry-version";
import { count, list, sourceFields, words } from "../view-fields";
import type { ListedModel } from "./model-list";
import { pricesView, showPrices } from "./price-view";

const { id: _, ...overridden } = modelSchema.shape;

export const modelView = z
  .strictObject({
    id: z.string().meta({ description: "`provider/model`, or an alias." }),
    targets: words.exactOptional().meta({ description: "Of an alias, and nothing else is there then." }),
    provider: z.string().exactOptional(),
    mode: z.enum(modelModes).exactOptional(),
    released_on: z.string().exactOptional().meta({ description: "Day, month or year." }),
    capabilities: list(z.enum(modelCapabilities)).exactOptional().meta({ description: "Absent where unknown." }),
    ...pricesView,
    context: count.exactOptional().meta({ description: "Context window in tokens." }),
    max_output: count.exactOptional().meta({ description: "The most tokens of one answer." }),
    in_catalog: z.boolean().exactOptional().meta({ description: "Whether the catalog knows it." }),
    configured: z.boolean().exactOptional().meta({ description: "Whether its provider is switched on." }),
    own: z.strictObject(overridden).exactOptional().meta({
      description: "What configuration says of it, in place of the catalog. It is there for one added by hand.",
    }),
    source: sourceFields.source.exactOptional().meta({ description: "Who declares its provider." }),
    read_only: sourceFields.read_only.exactOptional(),
    declared_at: sourceFields.declared_at.meta({ description: "Where the file declares its provider." }),
    version: sourceFields.version.exactOptional(),
  })
  .meta({ id: "Model" });

export type ModelView = z.output<typeof modelView>;

/** `place`: where the file declares its provider. */
export function showModel(
  { provider, facts, inCatalog, declared }: ListedModel,
  nowMs: number,
  place?: FilePlace,
): ModelView {
  const { id, mode, releasedOn, capabilities, contextTokens, maxOutputTokens, prices = [] } = facts;
  return {
    id: `${provider}/${id}`,
    provider,
    ...(mode !== undefined && { mode }),
    ...(releasedOn !== undefined && { released_on: releasedOn }),
    ...(capabilities !== undefined && { capabilities }),
    ...showPrices(prices, nowMs),
    ...(contextTokens !== undefined && { context: contextTokens }),
    ...(maxOutputTokens !== undefined && { max_output: maxOutputTokens }),
    in_catalog: inCatalog,
    configured: declared !== undefined,
    ...(declared !== undefined && {
      ...(declared.own !== undefined && { own: declared.own }),
      source: declared.source,
      read_only: declared.source === "file",
      ...(place !== undefined && { declared_at: place }),
      version: versionOf(declared.own ?? {}),
    }),
  };
}
