import type { TraitValues } from "#core/snapshot";
import type { Draft } from "#lib/draft";
import type { TraitForm } from "./form";
import { type TraitName, type Traits, vocabulary } from "./vocabulary";

/** The traits among some values that came from elsewhere; one whose name or form is not known is left aside. */
export function readTraits(values: TraitValues): Traits {
  const known: Draft<TraitValues> = {};
  for (const name of traitNames)
    if (name in values && fits(vocabulary[name].form, values[name])) known[name] = values[name];
  return known;
}

export const traitNames: readonly TraitName[] = Object.keys(vocabulary).filter(isTraitName);

function isTraitName(name: string): name is TraitName {
  return Object.hasOwn(vocabulary, name);
}

function fits(form: TraitForm, value: unknown): boolean {
  switch (form.kind) {
    case "word":
      return typeof value === "string" && form.words.includes(value);
    case "words":
      return isNames(value) && value.every((name) => form.words.includes(name));
    case "names":
      return isNames(value);
    case "count":
      return typeof value === "number";
    case "flag":
      return typeof value === "boolean";
  }
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
