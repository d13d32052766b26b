/** Why the gateway did not do what it was asked: a problem document of RFC 9457, or what stands in for one. */
export class ApiProblem extends Error {
  /** 0 when no answer came at all. */
  readonly status: number;
  readonly title: string;
  /** By the path of the field as the API writes it, such as `budgets[0].limit_usd`. */
  readonly fields: ReadonlyMap<string, string>;
  /** A word for programs, where the API has one: `csrf`. */
  readonly code: string | undefined;

  constructor(
    status: number,
    title: string,
    detail: string,
    fields: ReadonlyMap<string, string> = new Map(),
    code?: string | undefined,
  ) {
    super(detail);
    this.code = code;
    this.name = "ApiProblem";
    this.status = status;
    this.title = title;
    this.fields = fields;
  }
}

/**
 * What an answer that is no success says: a problem document, or where a model was asked the error of that dialect. Never
 * throws: a proxy's page in its place is told by its status.
 */
export async function problemFrom(response: Response): Promise<ApiProblem> {
  const document = await readDocument(response);
  const detail =
    textIn(document, "detail") ?? modelError(document) ?? `The gateway answered with status ${response.status}`;
  const title = textIn(document, "title") ?? response.statusText;
  return new ApiProblem(response.status, title, detail, fieldsIn(document), textIn(document, "code"));
}

/** For what was thrown before an answer came. */
export function unreachable(cause: unknown): ApiProblem {
  const reason = cause instanceof Error && cause.message !== "" ? ` (${cause.message})` : "";
  return new ApiProblem(0, "No answer", `The gateway cannot be reached${reason}`);
}

async function readDocument(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function modelError(document: unknown): string | undefined {
  const error: unknown = typeof document === "object" && document !== null ? Reflect.get(document, "error") : undefined;
  return textIn(error, "message");
}

function textIn(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return typeof found === "string" && found !== "" ? found : undefined;
}

function fieldsIn(document: unknown): ReadonlyMap<string, string> {
  const errors: unknown = typeof document === "object" && document !== null ? Reflect.get(document, "errors") : [];
  if (!Array.isArray(errors)) return new Map();
  return new Map(errors.map((error) => [textIn(error, "field") ?? "", textIn(error, "detail") ?? ""]));
}
