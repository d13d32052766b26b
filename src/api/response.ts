import * as z from "zod";

/** What goes out, before headers that all have. */
export type ApiResponse = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Sent instead of `body`, until it ends or the caller leaves. */
  readonly stream?: ReadableStream<Uint8Array>;
  /** What a browser saves it as. */
  readonly filename?: string;
  /** Where a redirect leads. */
  readonly location?: string;
  /** `set-cookie`. */
  readonly cookie?: string;
  /** It was given before, to the same request with the same `Idempotency-Key`. */
  readonly replayed?: true;
};

/** What a route answers: its handler returns a `V`. */
export type ResponseKind<V> = ResponseShape & { readonly toResponse: (value: V) => ApiResponse };

/** The same as data: for the OpenAPI document, and for tests that hold answers to it. */
export type ResponseShape = {
  readonly statuses: readonly number[];
  /** Undefined where there is no content. */
  readonly contentType?: string;
  /** Which else it may have. */
  readonly otherContentTypes?: readonly string[];
  /** Of JSON. Clients must expect further fields: the document leaves objects open, tests hold answers to exactly these. */
  readonly schema?: z.ZodType;
  /** Where a redirect leads. */
  readonly location?: string;
  /** Of the data of server-sent events, by the event's name. */
  readonly events?: { readonly [name: string]: z.ZodType };
};

export function ok<S extends z.ZodType>(schema: S): ResponseKind<z.output<S>> {
  return json(schema, [200], () => 200);
}

/** 201. */
export function created<S extends z.ZodType>(schema: S): ResponseKind<z.output<S>> {
  return json(schema, [201], () => 201);
}

/** 202: it goes on after the answer. */
export function accepted<S extends z.ZodType>(schema: S): ResponseKind<z.output<S>> {
  return json(schema, [202], () => 202);
}

/** One of two statuses, by the value: a health check's. */
export function okUnless<S extends z.ZodType>(
  schema: S,
  status: number,
  when: (value: z.output<S>) => boolean,
): ResponseKind<z.output<S>> {
  return json(schema, [200, status], (value) => (when(value) ? status : 200));
}

function json<S extends z.ZodType>(
  schema: S,
  statuses: readonly number[],
  statusOf: (value: z.output<S>) => number,
): ResponseKind<z.output<S>> {
  const contentType = "application/json";
  const toResponse = (value: z.output<S>) => ({ status: statusOf(value), contentType, body: JSON.stringify(value) });
  return { statuses, contentType, schema, toResponse };
}

export const noContent: ResponseKind<void> = {
  statuses: [204],
  toResponse: () => ({ status: 204, contentType: "", body: "" }),
};

/** The same with a cookie. */
export function withCookie<V>(kind: ResponseKind<V>): ResponseKind<{ readonly value: V; readonly cookie: string }> {
  return { ...kind, toResponse: ({ value, cookie }) => ({ ...kind.toResponse(value), cookie }) };
}

/** 200 with a value, 204 without one. */
export function okOrNoContent<S extends z.ZodType>(schema: S): ResponseKind<z.output<S> | undefined> {
  const withValue = ok(schema);
  return {
    ...withValue,
    statuses: [200, 204],
    toResponse: (value) => (value === undefined ? noContent.toResponse() : withValue.toResponse(value)),
  };
}

export function text(contentType: string): ResponseKind<string> {
  return { statuses: [200], contentType, toResponse: (body) => ({ status: 200, contentType, body }) };
}

/** Server-sent events. */
export function eventStream(events: { readonly [name: string]: z.ZodType }): ResponseKind<ReadableStream<Uint8Array>> {
  const contentType = "text/event-stream; charset=utf-8";
  const toResponse = (stream: ReadableStream<Uint8Array>) => ({ status: 200, contentType, body: "", stream });
  return { statuses: [200], contentType, events, toResponse };
}

export type Download = {
  readonly contentType: string;
  readonly filename: string;
  readonly stream: ReadableStream<Uint8Array>;
};

/** A file of one of these types, as long as it may be. */
export function download([contentType = "", ...otherContentTypes]: readonly string[]): ResponseKind<Download> {
  return {
    statuses: [200],
    contentType,
    otherContentTypes,
    toResponse: (file) => ({ status: 200, body: "", ...file }),
  };
}

export function redirect(location: string): ResponseKind<void> {
  const toResponse = () => ({ status: 302, contentType: "text/plain", body: "", location });
  return { statuses: [302], contentType: "text/plain", location, toResponse };
}

/** What is wrong with an answer by what its route declares; undefined where nothing is. A stream is not read. */
export function responseFault(shape: ResponseShape, response: ApiResponse): string | undefined {
  const { statuses, contentType = "", otherContentTypes = [], schema } = shape;
  if (!statuses.includes(response.status)) return `the status ${response.status} is not declared`;
  if (response.status === 204) return response.body === "" ? undefined : "there is content";
  if (![contentType, ...otherContentTypes].includes(response.contentType))
    return `the content type "${response.contentType}" is not declared`;
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(JSON.parse(response.body));
  return parsed.success ? undefined : z.prettifyError(parsed.error);
}
