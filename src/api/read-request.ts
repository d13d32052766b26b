import { ControlError } from "#core/control-error";
import { announcedBytes, readBytes } from "#lib/read-bytes";
import { HttpError } from "./problem";

const maxBodyBytes = 1024 * 1024;

/** The query by name, unchecked but for names that come twice. */
export function readQuery(search: URLSearchParams): { readonly [name: string]: string } {
  const names = [...search.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new ControlError("invalid", `Cannot use the query: "${repeated}" stands there twice`);
  return Object.fromEntries(search);
}

/** The body as text, of at most a mebibyte. */
export async function readText(request: Request): Promise<string> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity")
    throw new HttpError(415, `Cannot read the body: ${encoding} is not taken, plain JSON is needed`);
  const source = { whole: () => request.bytes(), chunks: () => request.body ?? [] };
  const tooLong = (maxBytes: number) => new HttpError(413, `Cannot read the body: at most ${maxBytes} bytes are taken`);
  const bytes = await readBytes(source, {
    announced: announcedBytes(request.headers),
    maxBytes: maxBodyBytes,
    tooLong,
  });
  return Buffer.from(bytes).toString();
}

/** The JSON of a body, unchecked; `{}` for an empty one. */
export function parseBody(text: string): unknown {
  if (text === "") return {};
  let isWellFormed = true;
  const body = parseJson(text, (key, value) => {
    isWellFormed &&= key.isWellFormed() && (typeof value !== "string" || value.isWellFormed());
    return value;
  });
  // No store keeps half a character as it is, so that the audit chain would not be whole.
  if (!isWellFormed) throw new ControlError("invalid", "Cannot read the body: it holds half of a surrogate pair");
  return body;
}

function parseJson(text: string, reviver: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    throw new ControlError("invalid", "Cannot read the body: it is not JSON");
  }
}
