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
import { keyGroups } from "./key-group";
import { limitShape } from "./limit-shapes";
import { priceOverrideShape } from "./price-shapes";
import { byEntry, type Section, whole, wholeAs } from "./section";
import type { ProfileOf } from "./write-groups";

/** How each section of some content travels. */
export type Sections<C> = { readonly [N in keyof C]: Section<C[N]> };

export type SectionOptions = {
  /** For writing: gives virtual keys that are alike the same object. */
  readonly profileOf?: ProfileOf;
  /** For reading. */
  readonly known?: KnownWords;
};

/** How each section of the snapshot travels: one row a section. */
export function snapshotSections({ profileOf, known = {} }: SectionOptions = {}): Sections<SnapshotContent> {
  return {
    settings: whole(settingsShape),
    virtualKeys: keyGroups(profileOf),
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
