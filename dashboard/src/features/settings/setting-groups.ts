import type { Settings } from "#api/schema.gen";
import type { SettingGroup } from "./setting";
import { settingsOfAccess } from "./settings-of-access";
import { settingsOfCost } from "./settings-of-cost";
import { settingsOfTraffic } from "./settings-of-traffic";

const knownGroups: readonly SettingGroup[] = [...settingsOfAccess, ...settingsOfCost, ...settingsOfTraffic];

/** By what they are about; those that this page knows nothing of come last, as JSON. */
export function settingGroups(settings: Settings | undefined): readonly SettingGroup[] {
  const known = new Set(["metrics_token_set", "read_only", "version", "defaults", "declared_at"]);
  for (const group of knownGroups) for (const { name } of group.settings) known.add(name);
  const names = Object.keys(settings ?? {}).filter((name) => !known.has(name));
  if (names.length === 0) return knownGroups;
  const others = names.map((name) => ({ name, label: wordsOf(name), help: "", kind: "json" as const }));
  return [...knownGroups, { title: "Others", note: "As in headgate.yaml, written as JSON", settings: others }];
}

function wordsOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
