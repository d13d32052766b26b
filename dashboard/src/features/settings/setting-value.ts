import type { Body } from "#api/call";
import type { Settings } from "#api/schema.gen";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatBytes, formatCount } from "#lib/format-number";
import { isObject, tryParse } from "#lib/json";
import type { Setting } from "./setting";

export type SettingsPatch = Body<"PATCH /api/settings">;

/** As it is edited: a line each of a list, `true` or `false` of a switch, nothing of a secret. */
export function typedValue(setting: Setting, settings: Settings): string {
  return setting.kind === "secret" ? "" : typed(setting, Reflect.get(settings, setting.name));
}

/** What holds where nobody says otherwise, as it is edited; empty where that is nothing. */
export function typedDefault(setting: Setting, { defaults }: Settings): string {
  return typed(setting, Reflect.get(defaults, setting.name));
}

function typed({ kind }: Setting, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (kind === "origins") return isObject(value) && Array.isArray(value.origins) ? value.origins.join("\n") : "";
  if (kind === "amounts" && isObject(value)) return linesOf(value);
  if (kind === "lines" && Array.isArray(value)) return value.join("\n");
  return kind === "json" ? JSON.stringify(value, undefined, 2) : String(value);
}

/** As it is read. */
export function shownValue(setting: Setting, settings: Settings): string {
  if (setting.kind === "secret") return settings.metrics_token_set ? "set, and never shown" : "not set";
  return inWords(setting, typedValue(setting, settings));
}

/** What a typed text means, with its unit. */
export function inWords({ kind, options = [], words }: Setting, text: string): string {
  const word = words?.[text];
  if (word !== undefined) return word;
  if (text === "") return kind === "lines" || kind === "origins" ? "none" : "not set";
  if (kind === "choice") return options.find(({ value }) => value === text)?.label ?? text;
  if (kind === "flag") return text === "true" ? "on" : "off";
  if (kind === "bytes") return formatBytes(Number(text));
  if (kind === "ms") return formatMs(Number(text));
  if (kind === "days") return `${formatCount(Number(text))} days`;
  if (kind === "money") return formatMoney(text);
  if (kind === "count") return formatCount(Number(text));
  return kind === "lines" || kind === "origins" || kind === "amounts" ? text.split("\n").join(", ") : text;
}

/** Nothing, and what is the default, goes back to the default. */
export function patchOf(setting: Setting, text: string, settings: Settings): SettingsPatch {
  const [trimmed, { name }] = [text.trim(), setting];
  const isDefault = trimmed === "" || trimmed === typedDefault(setting, settings);
  const entry: readonly unknown[] = [name, isDefault ? null : parsed(setting, trimmed, Reflect.get(settings, name))];
  return Object.fromEntries([entry]);
}

function parsed({ kind }: Setting, text: string, before: unknown): unknown {
  switch (kind) {
    case "flag":
      return text === "true";
    case "lines":
      return wordsIn(text);
    case "origins":
      return { ...(isObject(before) && before), origins: wordsIn(text) };
    case "amounts":
      return amountsIn(text);
    case "json":
      return tryParse(text) ?? text;
    case "bytes":
    case "ms":
    case "days":
    case "count":
      return Number(text);
    case "choice":
    case "money":
    case "text":
    case "secret":
      return text;
  }
}

function linesOf(amounts: object): string {
  return Object.entries(amounts)
    .map(([name, amount]) => `${name}: ${amount}`)
    .join("\n");
}

/** What is no number is sent as it stands, and refused there by its name. */
function amountsIn(text: string): object {
  const lines = text.split(/[\n,]+/).filter((line) => line.trim() !== "");
  const pairs = lines.map((line): readonly [string, unknown] => {
    const [name = "", amount = ""] = line.split(/[:=]/).map((part) => part.trim());
    return [name, /^\d+$/.test(amount) ? Number(amount) : amount];
  });
  return Object.fromEntries(pairs);
}

function wordsIn(text: string): readonly string[] {
  return text.split(/[\s,]+/);
}
