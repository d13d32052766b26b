import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Environment, isSet, providersInEnvironment, readEnvironment, variablesOf } from "#config/environment";
import { arrayOf, isObject, type JsonObject, stringOf } from "#lib/json";
import { baseUrlVariables } from "#providers/base-url";
import type { ProviderDefinition } from "#providers/provider";
import { providerDefinitions } from "#providers/registry";
import { type UnservedVariable, unservedVariables } from "#providers/unserved-variables";
import { pagesOf } from "./control-client";

/** What a start has to say beside its address. */
export type BannerFacts = {
  /** As the admin API shows them. */
  readonly providers: readonly JsonObject[];
  readonly definitions: Iterable<ProviderDefinition>;
  readonly unserved: readonly UnservedVariable[];
  readonly environment: Environment;
  /** Where the dashboard is. */
  readonly page: string;
  /** The file with the first key, where there is one. */
  readonly firstKeyFile: string | undefined;
};

/** Which providers are on, and why others are not; where the page is, and where the first key. No secrets. */
export function bannerLines(facts: BannerFacts): readonly string[] {
  const { page, firstKeyFile } = facts;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["Page", [page]],
    [
      "Keys",
      [firstKeyFile === undefined ? "headgate keys list, headgate keys create" : `the first is in ${firstKeyFile}`],
    ],
    ["Providers", facts.providers.map(providerText)],
    ["Not on", notOn(facts)],
    ["Not used", leftAside(facts)],
  ];
  return rows.flatMap(([title, texts]) => (texts.length === 0 ? [] : [`  ${title.padEnd(10)}${texts.join(", ")}`]));
}

function providerText(provider: JsonObject): string {
  const id = stringOf(provider, "id") ?? "";
  if (stringOf(provider, "auth") === "none") return id;
  const keys = arrayOf(provider, "keys").filter(isObject);
  const usable = keys.filter(({ usable: isUsable }) => isUsable === true);
  if (usable.length === 0) return keys.length === 0 ? `${id} (has no key yet)` : `${id} (its key was not found)`;
  const from = usable.map((key) => (stringOf(key, "reference") ?? "a stored key").replace(/^env:/, ""));
  return `${id} (${[...new Set(from)].join(", ")})`;
}

function notOn({ definitions, environment, providers }: BannerFacts): readonly string[] {
  const on = new Set(providers.map((provider) => stringOf(provider, "id")));
  const off = [...definitions].filter((each) => !on.has(each.id) && variablesOf(each).length > 0);
  const removed = providersInEnvironment(environment, off);
  const close = off.flatMap((each) => {
    const variable = variablesOf(each).find((name) => isSet(environment, name));
    if (variable === undefined) return [];
    const isWhole = removed.some(({ id }) => id === each.id);
    const why = isWhole
      ? "but it was taken off; the page adds it"
      : `but ${baseUrlVariables(each).join(" and ")} is not`;
    return [{ id: each.id, text: `${each.id} (${variable} is set, ${why})` }];
  });
  const far = off.filter(({ id }) => !close.some((each) => each.id === id));
  const shown = far.slice(0, shownOff).map((each) => `${each.id} (no ${each.environmentVariable})`);
  const more = far.length > shown.length ? [`${far.length - shown.length} more that the page lists`] : [];
  return [...close.map(({ text }) => text), ...shown, ...more];
}

/** Providers that are not on and are named: the others are too many to be read. */
const shownOff = 8;

function leftAside({ environment, unserved }: BannerFacts): readonly string[] {
  return unserved.flatMap(({ names, remedy }) => {
    const found = names.filter((name) => isSet(environment, name));
    return found.length === 0 ? [] : [`${found.join(" and ")} (${remedy})`];
  });
}

/** Asks the instance that just started. */
export async function readBanner(dataDir: string, url: string): Promise<readonly string[]> {
  const providers: JsonObject[] = [];
  for await (const provider of pagesOf(dataDir, "/api/providers?limit=200")) providers.push(provider);
  const firstKeyFile = join(dataDir, "first-start.txt");
  return bannerLines({
    providers,
    definitions: providerDefinitions.values(),
    unserved: unservedVariables,
    environment: readEnvironment(),
    page: `${url}/ui/`,
    firstKeyFile: existsSync(firstKeyFile) ? firstKeyFile : undefined,
  });
}
