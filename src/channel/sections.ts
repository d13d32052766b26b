import type { ModelFacts, Provider, SnapshotContent } from "#core/snapshot";
import { list } from "#lib/shape";
import {
  customerShape,
  type KnownWords,
  providerShape,
  routeShape,
  settingsShape,
  teamShape,
  type WireProvider,
} from "./entry-shapes";
import { keyPieces } from "./key-pieces";
import { limitShape } from "./limit-shapes";
import { priceOverrideShape } from "./price-shapes";
import { byEntry, type Section, whole, wholeAs } from "./section";

/** How each section of some content travels. */
export type Sections<C> = { readonly [N in keyof C]: Section<C[N]> };

/** How each section of the snapshot travels: one row a section. What is read has no words but those that are known. */
export function snapshotSections(known: KnownWords = {}): Sections<SnapshotContent> {
  return {
    settings: whole(settingsShape),
    virtualKeys: keyPieces(),
    routes: byEntry(routeShape(known), ({ alias }) => alias),
    providers: wholeAs(list(providerShape(known)), writeProviders, readProviders),
    teams: byEntry(teamShape, nameOf),
    customers: byEntry(customerShape, nameOf),
    limits: whole(list(limitShape)),
    prices: whole(list(priceOverrideShape)),
  };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function writeProviders(providers: ReadonlyMap<string, Provider>): readonly WireProvider[] {
  return Array.from(providers.values(), (provider) => ({ ...provider, models: [...provider.models.values()] }));
}

function readProviders(providers: readonly WireProvider[]): ReadonlyMap<string, Provider> {
  const mapped = providers.map((provider) => ({ ...provider, models: modelsById(provider.models) }));
  return new Map(mapped.map((provider) => [provider.id, provider]));
}

export function modelsById(models: readonly ModelFacts[]): ReadonlyMap<string, ModelFacts> {
  return new Map(models.map((model) => [model.id, model]));
}
