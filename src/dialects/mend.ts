import { type EditableFields, JsonFields } from "#lib/json-fields";
import type { JsonScan } from "#lib/json-scan";
import type { FieldChanges } from "#lib/json-splice";
import type { Traits } from "#traits/vocabulary";

/**
 * Makes a request body fit what its target takes, as far as some of the target's traits ask for it. It works on JSON in
 * the target's dialect, written by a client or by the encoder. So each rule is there once, for both ways.
 */
export type Mend = {
  /** Top-level fields: where none of them is there, there is nothing to mend. */
  readonly fields: readonly string[];
  /** A quick look at the bytes: false where there is nothing to mend. Absent: it has to be looked for. */
  readonly concerns?: (bytes: Buffer) => boolean;
  readonly apply: (body: EditableFields, notes: MendNotes) => void;
};

/** Undefined where the traits ask for nothing. */
export type MendRule = (traits: Traits) => Mend | undefined;

/** What the traits of a target ask for, in the order of the rules. */
export function mendsFor(rules: readonly MendRule[], traits: Traits): readonly Mend[] {
  return rules.map((rule) => rule(traits)).filter((mend) => mend !== undefined);
}

/** What was done to a body. Paths are the body's own, e.g. `messages[1].content[0]`. */
export type Mended = {
  readonly changes: FieldChanges;
  /** What is not there any more, or says something else. */
  readonly lost: readonly string[];
  /** What says the same in another form. */
  readonly respelled: readonly string[];
  /** The client's names of tools by those that were sent; undefined where none was changed. */
  readonly toolNames: ToolNames | undefined;
};

export type ToolNames = ReadonlyMap<string, string>;

/** Undefined where no mend concerns the body: then not a byte of it was looked at. */
export function mendBody(scan: JsonScan, mends: readonly Mend[]): Mended | undefined {
  let body: JsonFields | undefined;
  const notes = new MendNotes();
  for (let index = 0; index < mends.length; index++) {
    const mend = mends[index];
    if (mend === undefined || !isConcerned(scan, mend)) continue;
    body ??= new JsonFields(scan);
    mend.apply(body, notes);
  }
  return body && notes.with(body.changes());
}

function isConcerned({ bytes, fields }: JsonScan, mend: Mend): boolean {
  for (let index = 0; index < fields.length; index++) {
    if (mend.fields.includes(fields[index]?.key ?? "")) return mend.concerns === undefined || mend.concerns(bytes);
  }
  return false;
}

/** Paths beyond these are not noted. */
const mostPaths = 64;

/** Collects what mends did. */
export class MendNotes {
  private readonly lostPaths: string[] = [];
  private readonly respelledPaths: string[] = [];
  private names: Map<string, string> | undefined;

  /** Something is gone, or says something else. */
  lost(path: string): void {
    note(this.lostPaths, path);
  }

  /** Something is written in another form and says the same. */
  respelled(path: string): void {
    note(this.respelledPaths, path);
  }

  /** Towards the provider a tool is called `sent`. */
  renamed(sent: string, name: string): void {
    this.names ??= new Map();
    this.names.set(sent, name);
  }

  with(changes: FieldChanges): Mended {
    return { changes, lost: this.lostPaths, respelled: this.respelledPaths, toolNames: this.names };
  }
}

/** Each path once; of very many the first. */
function note(paths: string[], path: string): void {
  if (paths.length < mostPaths && !paths.includes(path)) paths.push(path);
}
