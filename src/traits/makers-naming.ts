import type { MakersNaming } from "#core/snapshot";
import { providerAt } from "./provider-at";
import { makersNamings } from "./rows/makers";

const namings: ReadonlyMap<string, MakersNaming> = new Map(makersNamings);

/** How the models of a provider are named, by its id, else by where it answers; undefined where names do not say. */
export function makersNamingOf(id: string, baseUrl: string): MakersNaming | undefined {
  return namings.get(id) ?? namings.get(providerAt(baseUrl) ?? "");
}
