import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryParseJson } from "#lib/json";
import { list, object, readKnown, string } from "#lib/shape";
import type { FileEntries } from "./file-entries";

/** What a configuration file declares, by name: what the next one is held against. */
export type Declared = {
  readonly providers: readonly string[];
  readonly routes: readonly string[];
  readonly virtualKeys: readonly string[];
};

/** What is to be said of a file that takes another's place. */
export type Replacement = { readonly refusal?: string; readonly warning?: string };

const declaredShape = object<Declared>({ providers: list(string), routes: list(string), virtualKeys: list(string) });

export function declaredOf({ providers, routes, virtualKeys }: FileEntries): Declared {
  return {
    providers: providers.map(({ id }) => id),
    routes: routes.map(({ alias }) => alias),
    virtualKeys: virtualKeys.map(({ spec }) => spec.name),
  };
}

/** What the configuration file declared that was in force last; undefined before the first, and where that cannot be read. */
export function readDeclared(dataDir: string): Declared | undefined {
  try {
    const read = readKnown(declaredShape, tryParseJson(readFileSync(declaredPath(dataDir), "utf8")));
    return "value" in read ? read.value : undefined;
  } catch {
    return undefined;
  }
}

export function writeDeclared(dataDir: string, declared: Declared): void {
  const file = declaredPath(dataDir);
  writeFileSync(`${file}.new`, JSON.stringify(declared), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * Judges a file that is to take another's place: one without anything is refused where there was something, unless it says
 * `allow_empty`, for a file that was emptied or cut off would end every request and forget nothing but that it was there.
 */
export function judgeReplacement(
  before: Declared,
  after: Declared,
  { file, allowEmpty }: { readonly file: string; readonly allowEmpty: boolean },
): Replacement {
  if (isEmpty(after) && !isEmpty(before) && !allowEmpty) {
    const found = `${before.providers.length} providers, ${before.routes.length} routes and ${before.virtualKeys.length} virtual keys`;
    return {
      refusal: `Cannot use ${file}: it declares no provider, route or virtual key, and before it declared ${found}; put them back, or set settings.allow_empty: true`,
    };
  }
  const kept = new Set(after.virtualKeys);
  const gone = before.virtualKeys.filter((name) => !kept.has(name));
  if (gone.length * 2 <= before.virtualKeys.length) return {};
  const shown = gone.slice(0, 5).join(", ") + (gone.length > 5 ? ", …" : "");
  return {
    warning: `${gone.length} of the ${before.virtualKeys.length} virtual keys that ${file} declared are gone from it (${shown}): requests with them are refused from now on; was the file cut off?`,
  };
}

function isEmpty({ providers, routes, virtualKeys }: Declared): boolean {
  return providers.length + routes.length + virtualKeys.length === 0;
}

function declaredPath(dataDir: string): string {
  return join(dataDir, "declared.json");
}
