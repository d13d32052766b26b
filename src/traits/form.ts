/** What values a trait may have: a word of several, some of several words, any names, a number or a yes or no. */
export type TraitForm =
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "names" }
  | { readonly kind: "count" }
  | { readonly kind: "flag" };

export type ValueOf<Form extends TraitForm> = Form extends { kind: "word"; words: readonly (infer Word)[] }
  ? Word
  : Form extends { kind: "words"; words: readonly (infer Word)[] }
    ? readonly Word[]
    : Form extends { kind: "names" }
      ? readonly string[]
      : Form extends { kind: "count" }
        ? number
        : boolean;

/** A trait as the reference page tells of it. */
export type TraitSpec<Form extends TraitForm = TraitForm> = {
  readonly form: Form;
  /** What a value says of a target. */
  readonly meaning: string;
  /** What is done with a request for such a target, on either way. */
  readonly done: string;
};

export const word = <const Words extends readonly string[]>(...words: Words) => ({ kind: "word", words }) as const;
export const someOf = <const Words extends readonly string[]>(...words: Words) => ({ kind: "words", words }) as const;
export const names = { kind: "names" } as const;
export const count = { kind: "count" } as const;
export const flag = { kind: "flag" } as const;
