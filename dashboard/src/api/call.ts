import { problemFrom, unreachable } from "./problem";
import type { Operations } from "./schema.gen";

export type OperationName = keyof Operations;
export type Answer<Name extends OperationName> = Operations[Name]["answer"];
export type Body<Name extends OperationName> = Operations[Name]["body"];
export type Query<Name extends OperationName> = Operations[Name]["query"];

/** What an operation takes, by the OpenAPI document; parts that it does not have are left out. */
export type Input<Name extends OperationName> = Part<"path", Operations[Name]["path"]> &
  Part<"query", Query<Name>> &
  Part<"body", Body<Name>> & {
    readonly signal?: AbortSignal;
    readonly headers?: { readonly [name: string]: string };
  };

type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { readonly [key in Key]?: never }
  : object extends Value
    ? { readonly [key in Key]?: Value }
    : { readonly [key in Key]: Value };

/** Calls the admin API. Resolves with the answer's JSON; throws `ApiProblem` for all else, `AbortError` when aborted. */
export type Call = <Name extends OperationName>(name: Name, input: Input<Name>) => Promise<Answer<Name>>;

export type CallSession = {
  /** For changes. */
  readonly csrf: () => string | undefined;
  /** Reads it anew: another tab may have signed in since. */
  readonly renew: () => Promise<string | undefined>;
  /** Hears of every 401. */
  readonly onSignedOut: () => void;
};

export function createCall({ csrf, renew, onSignedOut }: CallSession): Call {
  return async (name, input) => {
    const first = await send(name, input, csrf());
    const problem = first.ok ? undefined : await problemFrom(first);
    const response = problem?.code === "csrf" ? await send(name, input, await renew()) : first;
    if (response.status === 401) onSignedOut();
    if (!response.ok) throw response === first && problem !== undefined ? problem : await problemFrom(response);
    if (response.status === 204) return undefined;
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return isJson ? response.json() : response.text();
  };
}

type AnyInput = {
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: { readonly [name: string]: string };
};

async function send(name: string, input: AnyInput, csrf: string | undefined): Promise<Response> {
  const [method = "GET", template = ""] = name.split(" ");
  const headers = new Headers(input.headers);
  if (method !== "GET" && csrf !== undefined) headers.set("x-csrf-token", csrf);
  if (input.body !== undefined) headers.set("content-type", contentType(method));
  try {
    return await fetch(addressOf(template, input.path, input.query), {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
      ...(input.signal !== undefined && { signal: input.signal }),
    });
  } catch (error) {
    if (input.signal?.aborted) throw error;
    throw unreachable(error);
  }
}

function contentType(method: string): string {
  return method === "PATCH" ? "application/merge-patch+json" : "application/json";
}

/** `/api/logs/{id}` with its names filled in; values that are undefined are left out of the query. */
export function addressOf(template: string, path: unknown, query: unknown): string {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(valueIn(path, name))));
  const parameters = new URLSearchParams();
  for (const [name, value] of entriesOf(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) parameters.append(name, String(each));
    }
  }
  return parameters.size === 0 ? filled : `${filled}?${parameters}`;
}

function valueIn(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
