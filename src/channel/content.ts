import { Unreadable } from "./section";
import type { Sections } from "./sections";

/** Sections as they travel, by name: all of them, or what changed in some. */
export type WireContent = { readonly [name: string]: unknown };

/** In parts: what `readContent` reads, then changes to be applied one after the other. Each is made when it is asked for. */
export function* writeContent<C extends object>(sections: Sections<C>, content: C): Generator<WireContent, void> {
  const first: { [name: string]: unknown } = {};
  const more: { readonly name: string; readonly pieces: Iterator<unknown> }[] = [];
  for (const name in sections) {
    const pieces = sections[name].write(content[name])[Symbol.iterator]();
    first[name] = pieces.next().value;
    more.push({ name, pieces });
  }
  yield first;
  for (const { name, pieces } of more) {
    for (let next = pieces.next(); next.done !== true; next = pieces.next()) yield { [name]: next.value };
  }
}

/** Throws `Unreadable` where a section is missing, is not known, or has another form. */
export function readContent<C extends object>(sections: Sections<C>, json: WireContent): C {
  refuseUnknown(sections, json);
  const content: Partial<C> = {};
  for (const name in sections) {
    content[name] = inSection(name, () => sections[name].read(json[name]));
  }
  if (isWhole(sections, content)) return content;
  throw new Unreadable("a section is missing");
}

/** What makes `next` of `before`, by section, in parts to be applied one after the other; none when nothing does. */
export function contentChanges<C extends object>(sections: Sections<C>, before: C, next: C): readonly WireContent[] {
  const parts: { [name: string]: unknown }[] = [];
  for (const name in sections) addPieces(parts, name, sections[name].difference(before[name], next[name]));
  return parts;
}

/** The first piece of each section goes into one part, each further one into a part of its own. */
function addPieces(parts: { [name: string]: unknown }[], name: string, pieces: readonly unknown[]): void {
  for (const [index, piece] of pieces.entries()) {
    const [first] = parts;
    if (index === 0 && first !== undefined) first[name] = piece;
    else parts.push({ [name]: piece });
  }
}

/** Sections without a change keep their identity. Throws `Unreadable` as `readContent` does. */
export function applyChanges<C extends object>(sections: Sections<C>, before: C, changes: WireContent): C {
  refuseUnknown(sections, changes);
  const next = { ...before };
  for (const name in sections) {
    const change = changes[name];
    if (change !== undefined) next[name] = inSection(name, () => sections[name].apply(change, before[name]));
  }
  return next;
}

function refuseUnknown<C>(sections: Sections<C>, json: WireContent): void {
  const unknown = Object.keys(json).find((name) => !Object.hasOwn(sections, name));
  if (unknown !== undefined) throw new Unreadable(`section "${unknown}" is not known`);
}

function inSection<V>(name: string, read: () => V): V {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new Unreadable(`section "${name}": ${error.message}`);
  }
}

function isWhole<C extends object>(sections: Sections<C>, content: Partial<C>): content is C {
  return Object.keys(sections).every((name) => Object.hasOwn(content, name));
}
