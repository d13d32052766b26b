/** `?a=1&b=2&b=3` → `{ a: "1", b: ["2", "3"] }`: addresses that people can read and write. */
export function parseSearch(text: string): { readonly [name: string]: string | readonly string[] } {
  const parameters = new URLSearchParams(text);
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? "")];
    }),
  );
}

export function stringifySearch(search: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) for (const each of valuesOf(value)) parameters.append(name, each);
  const text = parameters.toString().replaceAll("%3A", ":").replaceAll("%2F", "/").replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

/** A parameter of the address, however often it is there. */
export function valuesOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === "string");
}
