import type { Body } from "#api/call";
import type { Settings } from "#api/schema.gen";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatBytes, formatCount } from "#lib/format-number";
import type { Setting } from "./setting-groups";

export type SettingsPatch = Body<"PATCH /api/settings">;

/** As it is edited: a line each of a list, `true` or `false` of a switch, nothing of a secret. */
export function typedValue({ name }: Setting, settings: Settings): string {
  const value = name === "metrics_token" ? undefined : settings[name];
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? value.join("\n") : String(value);
}

/** As it is read. */
export function shownValue(setting: Setting, settings: Settings): string {
  if (setting.kind === "secret") return settings.metrics_token_set ? "set, and never shown" : "not set";
  const typed = typedValue(setting, settings);
  return typed === "" ? "not set" : inWords(setting, typed);
}

/** What a typed text means, with its unit. */
export function inWords({ kind, options = [] }: Setting, typed: string): string {
  if (kind === "choice") return options.find(({ value }) => value === typed)?.label ?? typed;
  if (kind === "flag") return typed === "true" ? "on" : "off";
  if (kind === "bytes") return formatBytes(Number(typed));
  if (kind === "ms") return formatMs(Number(typed));
  if (kind === "days") return `${formatCount(Number(typed))} days`;
  if (kind === "money") return formatMoney(typed);
  if (kind === "count") return formatCount(Number(typed));
  return kind === "lines" ? typed.split("\n").join(", ") : typed;
}

/** Nothing goes back to the default. */
export function patchOf({ name, kind }: Setting, typed: string): SettingsPatch {
  const entry: readonly unknown[] = [name, typed.trim() === "" ? null : parsed(kind, typed.trim())];
  return Object.fromEntries([entry]);
}

function parsed(kind: Setting["kind"], typed: string): unknown {
  if (kind === "flag") return typed === "true";
  if (kind === "lines") return typed.split(/[\s,]+/);
  return kind === "bytes" || kind === "ms" || kind === "days" || kind === "count" ? Number(typed) : typed;
}
