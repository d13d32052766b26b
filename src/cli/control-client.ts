import { arrayOf, isObject, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import { requireRunning } from "./running-instance";

type Request = { readonly method: "GET" | "POST" | "DELETE"; readonly path: string; readonly body?: JsonObject };

const timeoutMs = 10_000;

/**
 * Asks the admin API of the instance that owns a data directory, over its control socket, whose file mode is the
 * authority. Returns the answer's object, empty for one without a body. Throws one line for a refusal.
 */
export async function askControl(dataDir: string, request: Request): Promise<JsonObject> {
  const { sockets } = await requireRunning(dataDir);
  const response = await fetch(`http://localhost${request.path}`, {
    unix: sockets.control,
    method: request.method,
    signal: AbortSignal.timeout(timeoutMs),
    ...(request.body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request.body),
    }),
  }).catch((error: Error) => {
    throw new Error(`Cannot ask the running Headgate: ${error.message}`, { cause: error });
  });
  const text = await response.text();
  if (!response.ok) throw refusal(response, text);
  return readObject(text);
}

function refusal({ status }: Response, text: string): Error {
  const answer = readObject(text);
  const reason = stringOf(answer, "detail") ?? stringOf(answer, "title") ?? `status ${status}`;
  return new Error(`Refused by the running Headgate: ${reason}`);
}

function readObject(text: string): JsonObject {
  const value = tryParseJson(text);
  return isObject(value) ? value : {};
}

/** The bytes of an answer that goes on, until the instance ends it. Throws one line for a refusal. */
export async function* followControl(dataDir: string, path: string): AsyncGenerator<Uint8Array> {
  const { sockets } = await requireRunning(dataDir);
  const response = await fetch(`http://localhost${path}`, { unix: sockets.control, timeout: false }).catch(
    () => undefined,
  );
  if (response === undefined || response.body === null) return;
  if (!response.ok) throw refusal(response, await response.text());
  try {
    for await (const chunk of response.body) yield chunk;
  } catch {
    // The instance went away in the middle: the same to us as an end.
  }
}

/** The entries of a list, page by page. `path` has a query. */
export async function* pagesOf(dataDir: string, path: string): AsyncGenerator<JsonObject> {
  let after = "";
  for (;;) {
    const answer = await askControl(dataDir, { method: "GET", path: `${path}${after}` });
    yield* arrayOf(answer, "data").filter(isObject);
    const next = stringOf(answer, "next");
    if (answer.has_more !== true || next === undefined) return;
    after = `&after=${encodeURIComponent(next)}`;
  }
}

/** A query of those parameters that are given. */
export function queryOf(parameters: { readonly [name: string]: string | undefined }): string {
  const given = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return new URLSearchParams(given).toString();
}
