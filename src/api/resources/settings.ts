import { fieldChanges } from "#audit/field-changes";
import type { SecretResolver } from "#config/secrets";
import { type SettingsConfig, settingDefaults, settingsSchema } from "#config/settings-schema";
import { ControlError } from "#core/control-error";
import type { JsonObject } from "#lib/json";
import type { Configuration } from "#snapshot/configuration";
import type { ConfiguredSettings } from "#snapshot/configured-entries";
import type { ConfigStore } from "#store/config/config-store";
import { invalidFields } from "../parse-input";
import { applyPatch } from "../patch";
import { type ApiRoute, json } from "../route";

export type SettingsParts = {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly resolveSecret: SecretResolver;
};

export function settingsRoutes({ store, configuration, resolveSecret }: SettingsParts): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      path: "/api/settings",
      summary: "Show the settings that hold, and which of them the configuration file declares",
      access: "admin",
      handle: async () => json(showSettings(await configuration.settings())),
    },
    {
      method: "PATCH",
      path: "/api/settings",
      summary: "Change settings; null goes back to the default",
      access: "admin",
      body: settingsSchema,
      handle: async ({ body, origin }) => {
        await configuration.change(origin, async () => {
          const before = await store.settings.read();
          const settings = applyPatch(settingsSchema, before, body);
          refuseDeclared(body, (await configuration.settings()).fromFile);
          refuseUnresolved(settings, resolveSecret);
          await store.settings.write(settings);
          const changes = fieldChanges(before, settings, ["metrics_token"]);
          const event = { action: "settings.update", resource: { type: "settings", id: "settings" }, changes };
          return { result: undefined, changed: "settings", event };
        });
        return json(showSettings(await configuration.settings()));
      },
    },
  ];
}

function showSettings({ effective, fromFile }: ConfiguredSettings): JsonObject {
  const { metrics_token: metricsToken, ...shown } = effective;
  return {
    ...settingDefaults,
    ...shown,
    metrics_token_set: metricsToken !== undefined,
    read_only: Object.keys(fromFile),
  };
}

function refuseDeclared(body: unknown, fromFile: SettingsConfig): void {
  const fields = typeof body === "object" && body !== null ? Object.keys(body) : [];
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
