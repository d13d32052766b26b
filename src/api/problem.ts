import * as z from "zod";
import { formatPath } from "#config/problem";
import { ControlError, type ControlErrorCode, type FieldError } from "#core/control-error";
import { isDamage } from "#lib/damaged-database";
import { isDiskFull } from "#lib/disk-full";
import { LogQueryRefused } from "#store/log/log-store";
import { list } from "./view-fields";

/** What only HTTP can get wrong: a method, a media type, a host, a repeated key. All else is a `ControlError`. */
export class HttpError extends Error {
  readonly status: number;
  readonly told: Told;

  constructor(status: 403 | 413 | 415 | 421 | 422 | 429, message: string, told: Told = {}) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.told = told;
  }
}

/** What is said beside the words: a code where programs must tell errors of one status apart, when to come again. */
type Told = { readonly code?: string; readonly retryAfterS?: number };

/** An error as a caller sees it. */
export type Problem = Told & {
  readonly status: number;
  readonly detail: string;
  readonly fields: readonly FieldError[];
};

/** The one place where errors become statuses. Undefined for what nothing expected. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ControlError)
    return { status: statuses[error.code], detail: error.message, fields: error.fields };
  if (error instanceof HttpError) return { status: error.status, detail: error.message, fields: [], ...error.told };
  if (error instanceof LogQueryRefused)
    return { status: error.reason === "busy" ? 503 : 400, detail: error.message, fields: [] };
  if (isDiskFull(error)) return { status: 507, detail: diskFull, fields: [] };
  if (isDamage(error)) return { status: 503, detail: damaged, fields: [] };
  return undefined;
}

const diskFull =
  "Cannot keep this: the disk that holds the data directory is full, and nothing was changed; make room and repeat the request";

const damaged =
  "Cannot read or keep this: a database in the data directory is damaged; see the log and `headgate doctor` for which, and what to do";

const statuses: { readonly [code in ControlErrorCode]: number } = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  unavailable: 503,
};

export const problemView = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What could not be done, what was found and what is needed." }),
    errors: list(z.strictObject({ field: z.string(), detail: z.string() }))
      .exactOptional()
      .meta({ description: "Each field at fault." }),
    code: z
      .string()
      .exactOptional()
      .meta({ description: "Tells errors of one status apart where programs must: `csrf`." }),
  })
  .meta({ id: "Problem", description: "A problem document of RFC 9457." });

export function problemDocument({ status, detail, fields, code }: Problem): z.output<typeof problemView> {
  const errors = fields.map(({ path, message }) => ({ field: formatPath(path), detail: message }));
  return {
    type: "about:blank",
    title: titles[status] ?? "Error",
    status,
    detail,
    ...(errors.length > 0 && { errors }),
    ...(code !== undefined && { code }),
  };
}

const titles: { readonly [status: number]: string } = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};
