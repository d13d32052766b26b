import * as z from "zod";
import { namesOf } from "#lib/names-of";
import type { TraitForm } from "#traits/form";
import { vocabulary } from "#traits/vocabulary";

/** A trait each, with what it means; unknown ones are refused by name. */
export const traitsSchema = z
  .strictObject(fields())
  .meta({ description: "What models accept, over the built-in table (see docs/reference/traits.md)." });

function fields(): { readonly [name: string]: z.ZodType } {
  return Object.fromEntries(
    namesOf(vocabulary).map((name) => {
      const { form, meaning } = vocabulary[name];
      return [
        name,
        schemaOf(form)
          .exactOptional()
          .meta({ description: `${meaning}.` }),
      ];
    }),
  );
}

function schemaOf(form: TraitForm) {
  switch (form.kind) {
    case "word":
      return z.enum(form.words);
    case "words":
      return z.array(z.enum(form.words));
    case "names":
      return z.array(z.string().min(1).max(200)).max(200);
    case "count":
      return z.number().min(0);
    case "flag":
      return z.boolean();
  }
}
