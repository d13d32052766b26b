import type { Path } from "./problem";
import type { ConfigFile } from "./schema";

/** Where in a file an entry begins. */
export type FilePlace = { readonly file: string; readonly line: number };

export type PlacedSection = "settings" | "providers" | "routes" | "teams" | "customers" | "limits" | "virtual_keys";

/** The place of an entry by its section and name; undefined for what the file does not declare. */
export type PlaceOf = (section: PlacedSection, name: string) => FilePlace | undefined;

/** Looks all places up at once, so that the parsed text need not be kept. `where` says `file:line:column` of a path. */
export function filePlaces(config: ConfigFile, where: (path: Path) => string): PlaceOf {
  const places = new Map<string, FilePlace>();
  const note = (section: PlacedSection, name: string, part: string | number) => {
    const [, file = "", line = ""] = /^(.*):(\d+):\d+$/s.exec(where([section, part])) ?? [];
    places.set(`${section} ${name}`, { file, line: Number(line) });
  };
  for (const name of Object.keys(config.settings ?? {})) note("settings", name, name);
  for (const id of Object.keys(config.providers ?? {})) note("providers", id, id);
  for (const [index, { alias }] of (config.routes ?? []).entries()) note("routes", alias, index);
  for (const section of ["teams", "customers", "limits", "virtual_keys"] as const) {
    for (const [index, { name }] of (config[section] ?? []).entries()) note(section, name, index);
  }
  return (section, name) => places.get(`${section} ${name}`);
}
