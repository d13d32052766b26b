import * as z from "zod";
import { defaultStrategy, strategies, strategyNames } from "#routing/strategies/registry";
import { priceOverrideSchema } from "./price-schema";
import { providerIdSchema, providerWithKeysSchema } from "./provider-schema";
import { name } from "./schema-fields";
import { customerSchema, gatewayLimitSchema, teamSchema } from "./scope-schema";
import { settingsSchema } from "./settings-schema";
import { virtualKeySchema } from "./virtual-key-schema";

export const routeSchema = z
  .strictObject({
    alias: name.meta({ description: "The model name that clients ask for." }),
    strategy: z
      .enum(strategyNames)
      .exactOptional()
      .meta({
        description: `How its targets are chosen among: ${strategyNames.map((each) => `\`${each}\` ${strategies[each].summary}`).join("; ")}.`,
        default: defaultStrategy,
      }),
    targets: z
      .array(
        z.strictObject({
          model: z.string().min(1).meta({ description: "`provider/model`, or a model name that the catalog knows." }),
          weight: z.number().min(0).max(1_000_000).exactOptional().meta({ description: "Its share.", default: 1 }),
        }),
      )
      .min(1)
      .meta({ description: "Where requests go, in the order of the strategy." }),
    fallbacks: z
      .array(z.string().min(1))
      .exactOptional()
      .meta({ description: "Targets tried in order when one fails." }),
  })
  .meta({ description: "An alias and the targets behind it." });

/** The configuration file. Types, validation, the published JSON Schema and the reference page all come from here. */
export const configSchema = z
  .strictObject({
    settings: settingsSchema.exactOptional(),
    providers: z.record(providerIdSchema, providerWithKeysSchema).exactOptional().meta({ description: "By id." }),
    routes: z.array(routeSchema).exactOptional(),
    prices: z.array(priceOverrideSchema).exactOptional(),
    customers: z.array(customerSchema).exactOptional(),
    teams: z.array(teamSchema).exactOptional(),
    limits: z.array(gatewayLimitSchema).exactOptional(),
    virtual_keys: z.array(virtualKeySchema).exactOptional(),
  })
  .meta({ title: "Headgate configuration file" });

export type ConfigFile = z.infer<typeof configSchema>;
export type RouteConfig = z.infer<typeof routeSchema>;
