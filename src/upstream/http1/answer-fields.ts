import type { AnswerHeaders } from "../upstream";

/** Fields as text, a line each, looked through when one is asked for: of most answers one or two are. */
export class AnswerFields implements AnswerHeaders {
  /** @param lines As they came, checked before: each with its CRLF. */
  constructor(private readonly lines: string) {}

  get(name: string): string | null {
    const wanted = name.toLowerCase();
    const { lines } = this;
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
