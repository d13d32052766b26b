import type { AnswerHeaders } from "../upstream";

/** Fields as they came, made a text when the first is asked for: of most answers none is. */
export class AnswerFields implements AnswerHeaders {
  private text: string | undefined;

  /** @param bytes Of a read, checked before: from there to there lines, each with its CRLF. Kept until `settle`. */
  constructor(
    private bytes: Uint8Array,
    private readonly from: number,
    private readonly end: number,
  ) {}

  /** Lets go of what was read: for an answer that may last for an hour. */
  settle(): string {
    const text = this.text ?? Buffer.prototype.latin1Slice.call(this.bytes, this.from, this.end);
    this.text = text;
    this.bytes = nothing;
    return text;
  }

  get(name: string): string | null {
    const wanted = name.toLowerCase();
    const lines = this.settle();
    let found: string | null = null;
    for (let at = 0; at < lines.length; ) {
      const nameEnd = lines.indexOf(":", at);
      const end = lines.indexOf("\r\n", nameEnd);
      if (nameEnd - at === wanted.length && lines.slice(at, nameEnd).toLowerCase() === wanted) {
        const value = lines.slice(nameEnd + 1, end).trim();
        found = found === null ? value : `${found}, ${value}`;
      }
      at = end + 2;
    }
    return found;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }
}

const nothing = new Uint8Array(0);
