import { Unreadable } from "./section";
import type { Sections } from "./sections";

/** Sections as they travel, by name: all of them, or what changed in some. */
export type WireContent = { readonly [name: string]: unknown };

export function writeContent<C extends object>(sections: Sections<C>, content: C): WireContent {
  const written: { [name: string]: unknown } = {};
  for (const name in sections) written[name] = sections[name].write(content[name]);
  return written;
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

/** What makes `next` of `before`, by section; undefined when nothing does. */
export function contentChanges<C extends object>(sections: Sections<C>, before: C, next: C): WireContent | undefined {
  const changes: { [name: string]: unknown } = {};
  for (const name in sections) {
    const change = sections[name].difference(before[name], next[name]);
    if (change !== undefined) changes[name] = change;
  }
  return Object.keys(changes).length === 0 ? undefined : changes;
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
