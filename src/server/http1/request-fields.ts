/** What of a field line stands where in the text: name and value without the blanks around it. */
const marksPerField = 4;
const fieldsAtFirst = 16;

/** Notes where the fields of one head after another stand, for each: where its name begins and ends, and its value. */
export class FieldMarks {
  private marks = new Int32Array(fieldsAtFirst * marksPerField);
  private used = 0;
  private lengths = 0;

  clear(): void {
    this.used = 0;
    this.lengths = 0;
  }

  add(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    if (this.used === this.marks.length) {
      const larger = new Int32Array(2 * this.used);
      larger.set(this.marks);
      this.marks = larger;
    }
    const { marks, used } = this;
    marks[used] = nameStart;
    marks[used + 1] = nameEnd;
    marks[used + 2] = valueStart;
    marks[used + 3] = valueEnd;
    this.used = used + marksPerField;
    this.lengths |= bitOf(nameEnd - nameStart);
  }

  /** The fields of a head whose text, from where the marks count, is this. */
  fieldsOf(text: string): RequestFields {
    return new RequestFields(text, this.marks.slice(0, this.used), this.lengths);
  }
}

/** Names that are not as long as any that came need not be looked for: a bit for each length, with those 32 longer. */
function bitOf(length: number): number {
  return 1 << (length & 31);
}

/** The header fields of a request: one text, and where in it they stand. Most are never looked at. */
export class RequestFields {
  /**
   * @param marks As `FieldMarks` has them.
   * @param lengths The bits of all names.
   */
  constructor(
    private readonly text: string,
    private readonly marks: Int32Array,
    private readonly lengths: number,
  ) {}

  /** The values of all fields of that name, joined; null for none. The name is in lower case. */
  get(name: string): string | null {
    if ((this.lengths & bitOf(name.length)) === 0) return null;
    const { marks } = this;
    let found: string | null = null;
    for (let index = 0; index < marks.length; index += marksPerField) {
      if (!this.isNamed(index, name)) continue;
      const value = this.valueAt(index);
      if (found === null) found = value;
      else found += (name === "cookie" ? "; " : ", ") + value;
    }
    return found;
  }

  has(name: string): boolean {
    if ((this.lengths & bitOf(name.length)) === 0) return false;
    for (let index = 0; index < this.marks.length; index += marksPerField) if (this.isNamed(index, name)) return true;
    return false;
  }

  /** The fields whose names begin like one of these, names in lower case. Nearly always none: looked at without a slice. */
  beginningWith(prefixes: readonly string[]): readonly (readonly [name: string, value: string])[] {
    let found: (readonly [string, string])[] | undefined;
    for (let index = 0; index < this.marks.length; index += marksPerField) {
      for (let which = 0; which < prefixes.length; which++) {
        if (!this.beginsWith(index, prefixes[which] ?? "")) continue;
        found ??= [];
        found.push([this.text.slice(this.marks[index], this.marks[index + 1]).toLowerCase(), this.valueAt(index)]);
        break;
      }
    }
    return found ?? noneFound;
  }

  /** Names, in any case, and values in the order in which they came. */
  *entries(): Generator<readonly [name: string, value: string]> {
    for (let index = 0; index < this.marks.length; index += marksPerField) {
      yield [this.text.slice(this.marks[index], this.marks[index + 1]), this.valueAt(index)];
    }
  }

  private valueAt(index: number): string {
    return this.text.slice(this.marks[index + 2], this.marks[index + 3]);
  }

  private isNamed(index: number, name: string): boolean {
    const length = (this.marks[index + 1] ?? 0) - (this.marks[index] ?? 0);
    return length === name.length && this.beginsWith(index, name);
  }

  private beginsWith(index: number, name: string): boolean {
    const start = this.marks[index] ?? 0;
    if ((this.marks[index + 1] ?? 0) - start < name.length) return false;
    for (let at = 0; at < name.length; at++) {
      const code = this.text.charCodeAt(start + at);
      if ((code >= upperA && code <= upperZ ? code | 32 : code) !== name.charCodeAt(at)) return false;
    }
    return true;
  }
}

const noneFound: readonly (readonly [name: string, value: string])[] = [];

const upperA = 65;
const upperZ = 90;
