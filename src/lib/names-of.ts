/** The keys of an object that is used as a table, as the type that they are. */
export function namesOf<Name extends string>(table: { readonly [name in Name]: unknown }): readonly Name[] {
  const isName = (name: string): name is Name => Object.hasOwn(table, name);
  return Object.keys(table).filter(isName);
}
