/** What a field of a record holds. */
export type FieldType =
  | { readonly kind: "id" | "text" | "number" | "integer" | "flag" }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  /** `whole`: never shortened so that a record fits into its frame. */
  | { readonly kind: "texts" | "labels"; readonly whole?: true }
  | { readonly kind: "object"; readonly shape: Shape }
  | { readonly kind: "objects"; readonly shape: Shape; readonly whole?: true };

export type Field = {
  readonly type: FieldType;
  /** Stands for its name in the binary form: its own in its shape, never changed and never given to another. */
  readonly number: number;
  /** Version of the table that brought it. */
  readonly since: number;
  /** What the API calls it; absent where the API does not show it, or not under one name. */
  readonly shown?: string;
  /** What a record that is older than the field is read with. */
  readonly before?: number;
  /** A field of the same shape that it is mostly the same as: it is left out of the binary form then. */
  readonly mostly?: string;
};

export type Fields = { readonly [name: string]: Field };

/** Fields of an object, by their names in the program and in JSON. */
export type Shape = { readonly required: Fields; readonly optional: Fields };

/** The type of the objects that a shape describes. Two mapped types, so that editors find the rows of the fields. */
export type ShapeValue<S extends Shape> = Required<S["required"]> & Optional<S["optional"]>;

type Required<F extends Fields> = { readonly [Name in keyof F]: FieldValue<F[Name]["type"]> };
type Optional<F extends Fields> = { readonly [Name in keyof F]?: FieldValue<F[Name]["type"]> };

type FieldValue<T extends FieldType> = T extends { kind: "choice"; of: readonly (infer Word)[] }
  ? Word
  : T extends { kind: "object"; shape: infer S extends Shape }
    ? ShapeValue<S>
    : T extends { kind: "objects"; shape: infer S extends Shape }
      ? readonly ShapeValue<S>[]
      : T extends { kind: keyof PlainValues }
        ? PlainValues[T["kind"]]
        : never;

type PlainValues = {
  readonly id: string;
  readonly text: string;
  readonly number: number;
  readonly integer: number;
  readonly flag: boolean;
  readonly texts: readonly string[];
  readonly labels: { readonly [name: string]: string };
};
