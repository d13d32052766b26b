import type { DialectId } from "#core/completion";
import type { GatewayError } from "#core/errors";
import type { RateLimitFacts } from "#core/inference";
import type { ListedModel, ModelPage } from "#core/listed-model";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { JsonObject } from "#lib/json";
import type { Operation } from "./operation";
import type { StreamSaid } from "./stream-said";

/**
 * A wire format, and all that the gateway has to know of it: how its clients reach us, what can be asked in it, and how
 * a provider that speaks it is asked. Each folder of `dialects/` exports one, listed in `registry.ts`; routes, upstream
 * paths, headers and configuration read it from there. Pure throughout: no I/O, no clock, no randomness.
 */
export type Dialect<Name extends DialectId = DialectId, Operations extends string = string> = {
  readonly name: Name;

  // How clients reach it

  /** What a client's base URL may end in; each is also served with `/v1` behind it. `""` for the bare host. */
  readonly prefixes: readonly string[];
  readonly endpoints: readonly EndpointRow<NoInfer<Operations>>[];
  /** What clients do with objects that live at a provider; absent: nothing. */
  readonly objects?: readonly ObjectRow<NoInfer<Operations>>[];
  /** Settles whose client it is where the path does not: on `/v1/models` and on paths that are unknown. */
  readonly recognisedBy: {
    /** A parameter of the query in which its clients may send their key. */
    readonly keyParameter?: string;
    /** A header that only its clients send, in lower case. */
    readonly header?: string;
    /** What an unknown path looks like when one of its clients asked for it. */
    readonly path?: RegExp;
  };
  /** `GET /v1/models` and `GET /v1/models/{id}`. */
  readonly models: {
    readonly list: (page: ModelPage) => JsonObject;
    readonly one: (model: ListedModel) => JsonObject;
  };
  /** The JSON body of an error answer. `requestId` goes in where the dialect has a place for it. */
  readonly encodeError: (error: GatewayError, requestId: string) => JsonObject;
  /** Headers that say of an error what its body does not. */
  readonly errorHeaders?: (error: GatewayError) => { readonly [name: string]: string };
  /** The header in which its clients look for a request's id, beside those of every answer. */
  readonly requestIdHeader?: string;
  /** The text of an error after the first byte of a stream, for the stream's framing to write. */
  readonly encodeStreamError: (error: GatewayError, requestId: string, said?: StreamSaid) => string;
  /** The response headers that tell a client the tightest rate limits it was held against. */
  readonly rateLimitHeaders: (limits: RateLimitFacts) => { readonly [name: string]: string };

  // What can be asked

  /** By name. Operations of two dialects that have the same name are one and the same; such a pair can be translated. */
  readonly operations: { readonly [name in Operations]: Operation };

  // How providers are asked

  /** What stands before the paths of its operations at a base URL, e.g. `/v1` where the base URL lacks it, or "". */
  readonly pathPrefix: (baseUrl: string) => string;
  /** Client headers that reach a provider of the same dialect, in lower case. No other does. */
  readonly forwardedHeaders: readonly string[];
  /** What of a client's query does so too: pairs as they stand there, such as `beta=true`. */
  readonly forwardedQuery?: readonly string[];
  /** Constant headers of every request to a provider that speaks it. */
  readonly headers: { readonly [name: string]: string };
  /** How its own provider takes a key: a scheme of `providers/auth/schemes.ts`. */
  readonly auth: string;
  /** Its models that can reason do so unless they are told not to. */
  readonly reasonsUnasked?: boolean;
  /** Reads an error answer (status ≥ 400) of any shape; the body may be text that is not JSON. Never throws. */
  readonly decodeError: (status: number, body: string) => UpstreamFailure;
};

/** What clients call with `POST`. */
export type EndpointRow<Operations extends string = string> = {
  /** Its name in policies and records, e.g. `chat.completions`. */
  readonly endpoint: string;
  readonly operation: Operations;
  /** Behind each of the dialect's prefixes, e.g. `/chat/completions`. Absent: its patterns are all of its paths. */
  readonly path?: string;
  /**
   * Whole paths in which `{model}` stands for the model's name, which may hold slashes and colons (Azure deployments), and
   * any other name in braces for one segment that means nothing here. What stands behind the name is the last of the path:
   * of `/models/a:b:countTokens` the pattern `/models/{model}:countTokens` takes `a:b`. One without `{model}` leaves it to the body.
   */
  readonly patterns?: readonly string[];
  /** Glob patterns of the models that its patterns are for, where the model's name tells operations apart. Absent: all. */
  readonly models?: readonly string[];
  /** What the path says of streaming, which then counts and not the body. Absent: the body's field `stream` says it. */
  readonly streams?: boolean;
  /** The setting `max_body_bytes` may be lower. */
  readonly maxBodyBytes: number;
};

/** What clients do with an object that lives at a provider, at the place that it lives at. */
export type ObjectRow<Operations extends string = string> = {
  readonly method: "GET" | "POST" | "DELETE";
  /**
   * Behind each of the dialect's prefixes: `{id}` stands for the object's id, `{item}` for that of something in it, `{model}` for
   * the name of a model.
   */
  readonly path: string;
  /** What its ids begin with: `resp` of `resp_…`. Absent where the path names none. */
  readonly kind?: string;
  /** It shows or changes what anybody made at the provider, and is for keys that see the whole account. */
  readonly isAccountWide?: true;
  /** Its name in records, e.g. `responses.retrieve`. */
  readonly endpoint: string;
  /** The endpoint whose name in policies covers it. */
  readonly allowedAs: string;
  readonly operation: Operations;
};

/** Dialects by their names. The first one words what cannot be told to be of any other. */
export type Dialects = { readonly [name: DialectId]: Dialect };

/** Holds a dialect's parts together: its endpoints name its own operations. */
export function defineDialect<const Name extends DialectId, const Operations extends string>(
  dialect: Dialect<Name, Operations>,
): Dialect<Name, Operations> {
  return dialect;
}
