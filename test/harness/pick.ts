/** The value at a dotted path of parsed JSON, e.g. `choices.0.message.content`; undefined where there is none. */
export function pick(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((at, name) => (typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined), value);
}
