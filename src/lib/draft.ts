/** A value while it is being put together: what is optional is assigned where there is something to say. */
export type Draft<T> = { -readonly [Field in keyof T]: T[Field] };
