import * as z from "zod";
import { changeNote } from "#audit/change-note";
import type { FilePlace, PlaceOf } from "#config/file-places";
import type { SecretResolver } from "#config/secrets";
import { type SettingsConfig, settingDefaults, settingsSchema } from "#config/settings-schema";
import { ControlError } from "#core/control-error";
import type { ConfiguredSettings } from "#snapshot/sources";
import { versionOf } from "../entry-version";
import { noInput, patchOf } from "../input";
import { invalidFields } from "../parse-input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { placeView, version, words } from "../view-fields";

type Services = Pick<ApiServices, "store" | "configuration" | "resolveSecret">;

const { hosted_tool_ceiling_usd: ceiling, metrics_token: _, ...withDefault } = settingsSchema.shape;

const withDefaultView = {
  ...z.strictObject(withDefault).required().shape,
  trusted_proxies: words,
  cors: z.strictObject({ origins: words, headers: words.exactOptional() }),
};

const view = z
  .strictObject({
    ...withDefaultView,
    hosted_tool_ceiling_usd: ceiling,
    metrics_token_set: z.boolean(),
    read_only: words.meta({ description: "Names of the settings that the configuration file declares." }),
    version,
    defaults: z.strictObject(withDefaultView).meta({ description: "What holds where nobody says otherwise." }),
    declared_at: z.record(z.string(), placeView).meta({ description: "Where it does, by the setting's name." }),
  })
  .meta({ id: "Settings", description: "The settings that hold." });

const path = "/api/settings";

export function settingsRoutes({ store, configuration, resolveSecret }: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path,
      summary: "Show the settings that hold, and which of them the configuration file declares",
      permission: "settings:view",
      input: noInput,
      response: ok(view),
      handle: async () => showSettings(await configuration.entries("settings"), configuration.placeOf),
    }),
    route({
      method: "PATCH",
      path,
      summary: "Change settings; null goes back to the default",
      permission: "settings:edit",
      input: patchOf(settingsSchema),
      response: ok(view),
      handle: async ({ patch, origin }) => {
        await configuration.change(origin, async () => {
          const before = await store.settings.read();
          const held = await configuration.entries("settings");
          const settings = patch.applyTo(before, shownSettings(held));
          refuseDeclared(patch.fields, held.fromFile);
          refuseUnresolved(settings, resolveSecret);
          await store.settings.write(settings);
          const resource = { type: "settings", id: "settings" };
          const event = changeNote(resource, "update", before, settings, ["metrics_token"]);
          return { result: undefined, changed: "settings", event };
        });
        return showSettings(await configuration.entries("settings"), configuration.placeOf);
      },
    }),
  ];
}

function showSettings({ effective, fromFile }: ConfiguredSettings, placeOf: PlaceOf): z.output<typeof view> {
  const { metrics_token: metricsToken, ...shown } = effective;
  const names = Object.keys(fromFile);
  return {
    ...settingDefaults,
    ...shown,
    cors: shown.cors ?? { origins: [] },
    catalog: { ...settingDefaults.catalog, ...shown.catalog },
    metrics_token_set: metricsToken !== undefined,
    read_only: names,
    version: versionOf(shownSettings({ effective })),
    defaults: settingDefaults,
    declared_at: Object.fromEntries(names.flatMap((name) => place(name, placeOf))),
  };
}

/** What their version is of. */
function shownSettings({
  effective: { metrics_token: token, ...shown },
}: Pick<ConfiguredSettings, "effective">): object {
  return { ...shown, isTokenSet: token !== undefined };
}

function place(name: string, placeOf: PlaceOf): readonly (readonly [string, FilePlace])[] {
  const found = placeOf("settings", name);
  return found === undefined ? [] : [[name, found]];
}

function refuseDeclared(fields: readonly string[], fromFile: SettingsConfig): void {
  const declared = fields.filter((field) => Object.hasOwn(fromFile, field));
  if (declared.length === 0) return;
  throw new ControlError(
    "conflict",
    `Cannot change ${declared.join(", ")}: the configuration file declares it, change it there`,
  );
}

function refuseUnresolved({ metrics_token: value }: SettingsConfig, resolveSecret: SecretResolver): void {
  const resolved = value === undefined ? undefined : resolveSecret(value);
  if (resolved?.ok === false) throw invalidFields([{ path: ["metrics_token"], message: resolved.message }], "body");
}
