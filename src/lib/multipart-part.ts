import { type ParameterizedHeader, parseParameters } from "./header-parameters";

/** The bytes are no form that every reader understands alike. The message ends with the byte's position. */
export class MultipartError extends Error {
  override readonly name = "MultipartError";
  readonly position: number;

  constructor(problem: string, position: number) {
    super(`${problem} at byte ${position}`);
    this.position = position;
  }
}

type PartHeaders = { readonly name: string; readonly isFile: boolean; readonly valueStart: number };

const maxHeaderBytes = 8 * 1024;

/**
 * Reads the headers of a part, which stand from `start` up to a blank line before `end`. A text field has to be plain
 * UTF-8: Go's reader, for one, undoes a `content-transfer-encoding`, and others do not. Throws MultipartError.
 */
export function readPartHeaders(body: Buffer, start: number, end: number, lineBreak: string): PartHeaders {
  const blank = body.subarray(start, Math.min(end, start + maxHeaderBytes)).indexOf(lineBreak + lineBreak);
  if (blank === -1) throw new MultipartError("found no end of a part's headers", start);
  const headers = readHeaders(body.toString("utf8", start, start + blank), start, lineBreak);
  const disposition = parseParameters(headers.get("content-disposition") ?? "");
  const name = disposition?.value === "form-data" ? nameIn(disposition) : undefined;
  if (disposition === undefined || name === undefined)
    throw new MultipartError("found a part without a plain name", start);
  const isFile = disposition.parameters.has("filename") || disposition.parameters.has("filename*");
  if (!isFile && !isPlainText(headers))
    throw new MultipartError(`found the field ${JSON.stringify(name)} in an encoding of its own`, start);
  return { name, isFile, valueStart: start + blank + 2 * lineBreak.length };
}

function readHeaders(text: string, position: number, lineBreak: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split(lineBreak)) {
    const [, name, value] = headerPattern.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new MultipartError("found a malformed header of a part", position);
    const key = name.toLowerCase();
    if (headers.has(key)) throw new MultipartError(`found the header ${key} twice in a part`, position);
    headers.set(key, value);
  }
  return headers;
}

/** A value holds no control character but the tab. */
const headerPattern = /^([!#$%&'*+\-.^`|~\w]+):[ \t]*((?:[^\p{Cc}]|\t)*)$/u;

/** Readers differ in what a backslash or a quote in a name stands for, and in whether `name*` goes before it. */
function nameIn({ parameters }: ParameterizedHeader): string | undefined {
  const name = parameters.get("name");
  return name === undefined || name === "" || /["\\]/.test(name) || parameters.has("name*") ? undefined : name;
}

function isPlainText(headers: ReadonlyMap<string, string>): boolean {
  const encoding = headers.get("content-transfer-encoding") ?? "binary";
  const type = headers.get("content-type");
  const charset = type === undefined ? "utf-8" : parseParameters(type)?.parameters.get("charset");
  return /^(?:7bit|8bit|binary)$/i.test(encoding.trim()) && /^(?:utf-?8|us-ascii)$/i.test(charset ?? "utf-8");
}
