import type { KeptBody } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";
import type { StoredSession } from "#store/config/stored-session";
import type { ApiInput, InputShape, RawInput } from "./input";
import type { ApiResponse, ResponseKind, ResponseShape } from "./response";
import type { Visit } from "./visit";

/** One row of the API's table: what the handler serves, what tests hold answers to, and what the OpenAPI document shows. */
export type ApiRoute = Head & {
  readonly access: Access;
  /** What a role must allow; undefined for what no role is asked for. */
  readonly permission?: Permission;
  readonly input: InputShape;
  readonly response: ResponseShape;
  readonly handle: (request: RawRequest) => Promise<ApiResponse>;
};

type Head = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** `{name}` is one path segment. */
  readonly path: string;
  readonly summary: string;
};

/**
 * Which credential opens a route: the admin's, or a session of the admin; a virtual key (about itself), or a session of one;
 * the metrics token as well as the admin's; any session alone; none.
 */
export type Access = "admin" | "virtual-key" | "metrics" | "session" | "open";

/** A resource and what is done to it. Every token of an admin has all of them; roles will name them. */
export type Permission = `${Resource}:${"view" | "edit"}`;

export type Resource =
  | "admin-token"
  | "audit"
  | "budgets"
  | "configuration"
  | "customers"
  | "events"
  | "limits"
  | "logs"
  | "metrics"
  | "models"
  | "playground"
  | "provider-keys"
  | "providers"
  | "recalculations"
  | "routes"
  | "search"
  | "sessions"
  | "settings"
  | "spend"
  | "stats"
  | "system"
  | "targets"
  | "teams"
  | "virtual-keys";

/** The path's segments by name, percent-decoded. */
export type PathParams = { readonly [name: string]: string };

/** A request after routing and authentication, its input unchecked. */
export type RawRequest = RawInput & {
  readonly params: PathParams;
  /** SHA-256 of the secret that was presented; undefined without one. */
  readonly secretHash?: string;
  /** Of the session that asks; undefined where a token was presented. */
  readonly session?: LiveSession;
  /** By which address the caller reached us. */
  readonly visit: Visit;
  /** Whose change it is, for the audit trail. */
  readonly origin: Origin;
};

/** A session in use, with what its page shows for each change. */
export type LiveSession = StoredSession & { readonly csrfToken: string };

/** What a handler gets: the path's parameters, and what the route's `input` made of the rest. */
export type ApiRequest<Path extends string, T, V> = Omit<
  RawRequest,
  "params" | "query" | "body" | "ifMatch" | "prefer"
> & {
  readonly params: ParamsOf<Path>;
  /** What a repeat with the same `Idempotency-Key` is answered, for the transaction of the change. */
  readonly keep: (value: V) => KeptBody;
} & T;

type ParamsOf<Path extends string> = string extends Path ? PathParams : { readonly [name in ParamName<Path>]: string };

type ParamName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamName<Rest>
  : never;

type Guard =
  | { readonly access?: "admin" | "metrics"; readonly permission: Permission }
  | { readonly access: "virtual-key" | "session" | "open"; readonly permission?: never };

export type RouteSpec<Path extends string, T, V> = Head &
  Guard & {
    readonly path: Path;
    readonly input: ApiInput<T>;
    readonly response: ResponseKind<V>;
    readonly handle: (request: ApiRequest<Path, T, V>) => Promise<NoInfer<V>>;
  };

/** A row whose handler takes what `input` reads and returns what `response` declares. The admin's unless it says otherwise. */
export function route<const Path extends string, T, V>(spec: RouteSpec<Path, T, V>): ApiRoute {
  const { method, path, summary, access = "admin", permission, input, response, handle } = spec;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const hasAll = (params: PathParams): params is ParamsOf<Path> => names.every((name) => Object.hasOwn(params, name));
  return {
    method,
    path,
    summary,
    access,
    ...(permission !== undefined && { permission }),
    input,
    response,
    handle: async ({ params, origin, visit, secretHash, session, ...raw }) => {
      if (!hasAll(params)) throw new Error(`The parameters of ${path} are missing`);
      const known = {
        params,
        origin,
        visit,
        keep: response.toResponse,
        ...(secretHash !== undefined && { secretHash }),
        ...(session !== undefined && { session }),
      };
      return response.toResponse(await handle({ ...known, ...input.read(raw) }));
    },
  };
}
