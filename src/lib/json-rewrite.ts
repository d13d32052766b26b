import { parseJson } from "./json";
import { type JsonScan, textOf } from "./json-scan";
import { skipString } from "./json-skip";
import { eachElement, eachField, type JsonPath } from "./json-walk";

/** Strings to be replaced, wherever they stand. */
export type StringRule = {
  /** From a top-level field down: keys of objects, in ASCII, and `*` for every element of an array. */
  readonly path: readonly [field: string, ...rest: string[]];
  readonly replace: (text: string) => string;
};

type Edit = { readonly start: number; readonly end: number; readonly text: string };

/**
 * Replaces strings inside of top-level fields: gives the new JSON text of each field in which one changed. All other
 * bytes are the client's own; a key that comes twice is followed each time.
 */
export function rewriteStrings(scan: JsonScan, rules: readonly StringRule[]): { readonly [field: string]: Uint8Array } {
  const { bytes } = scan;
  const changed = scan.fields.flatMap(({ key, valueStart, valueEnd }) => {
    const edits: Edit[] = [];
    for (const { path, replace } of rules) {
      if (path[0] === key)
        findStrings(bytes, valueStart, path, 1, (start, end) => addEdit(edits, bytes, start, end, replace));
    }
    return edits.length === 0 ? [] : [[key, applyEdits(bytes, valueStart, valueEnd, edits)] as const];
  });
  return Object.fromEntries(changed);
}

function addEdit(edits: Edit[], bytes: Buffer, start: number, end: number, replace: StringRule["replace"]): void {
  const text = parseJson(textOf(bytes, start, end));
  if (typeof text !== "string") return;
  const replaced = replace(text);
  if (replaced !== text) edits.push({ start, end, text: JSON.stringify(replaced) });
}

function applyEdits(bytes: Buffer, start: number, end: number, edits: readonly Edit[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let keptUpTo = start;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(keptUpTo, edit.start), Buffer.from(edit.text));
    keptUpTo = edit.end;
  }
  return Buffer.concat([...parts, bytes.subarray(keptUpTo, end)]);
}

const quote = 0x22;

/** Visits the strings that the rest of a path leads to from the value at `start`. The bytes have been checked. */
function findStrings(
  bytes: Buffer,
  start: number,
  path: JsonPath,
  depth: number,
  visit: (start: number, end: number) => void,
): void {
  const step = path[depth];
  if (step === undefined) {
    if (bytes[start] === quote) visit(start, skipString(bytes, start, "a string"));
  } else if (step === "*") {
    eachElement(bytes, start, (at) => findStrings(bytes, at, path, depth + 1, visit));
  } else {
    eachField(bytes, start, step, (at) => findStrings(bytes, at, path, depth + 1, visit));
  }
}
