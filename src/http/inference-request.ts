import type { DialectId } from "#core/completion";
import type { InferenceRequest, ObjectPath, ProviderCredential, ReadBody } from "#core/inference";
import { clientAddress } from "#lib/client-address";
import type { HttpRequest, RequestHeaders } from "#server/http-request";
import { clientKey, keyInQuery, providerCredential } from "./client-key";
import type { InferenceRoute } from "./inference-route";
import { type BodyLimits, readBody } from "./read-body";

/** The pipeline's view of an inference request; the body is read when the pipeline asks for it. */
export class HttpInferenceRequest implements InferenceRequest {
  readonly operation: string;
  readonly dialect: DialectId;
  readonly endpoint: string;
  readonly requestId: string | undefined;
  readonly pathModel: string | undefined;
  readonly pathStream: boolean | undefined;
  readonly header: (name: string) => string | null;
  private readonly route: InferenceRoute;

  constructor(
    private readonly request: HttpRequest,
    route: InferenceRoute,
    readonly query: string,
    private readonly limits: BodyLimits,
  ) {
    const { headers } = request;
    this.route = route;
    this.operation = route.operation;
    this.dialect = route.dialect;
    this.endpoint = route.endpoint;
    this.requestId = clientRequestId(headers);
    this.pathModel = route.pathModel;
    this.pathStream = route.pathStream;
    this.header = (name) => headers.get(name);
  }

  /** As of what is done with stored objects alone, read where it is asked for. */
  get method(): NonNullable<InferenceRoute["method"]> | undefined {
    return this.route.method;
  }

  get objectPath(): ObjectPath | undefined {
    return this.route.objectPath;
  }

  get allowedAs(): string | undefined {
    return this.route.allowedAs;
  }

  secret(): string | undefined {
    return clientKey(this.request.headers, keyInQuery(this.query, this.route.keyParameter));
  }

  providerCredential(): ProviderCredential | undefined {
    return providerCredential(this.request.headers);
  }

  clientAddress(trusted: readonly string[]): string | undefined {
    return addressOf(this.request, trusted);
  }

  headersLike(prefixes: readonly string[]): readonly (readonly [name: string, value: string])[] {
    return this.request.headers.beginningWith(prefixes);
  }

  readBody(): ReadBody | Promise<ReadBody> {
    return readBody(this.request, this.limits);
  }

  /** Made when it is asked for, and most requests do without. */
  get signal(): AbortSignal {
    return this.request.signal;
  }
}

/** Of the client that sent a request, through proxies that are trusted. */
export function addressOf(request: HttpRequest, trusted: readonly string[]): string | undefined {
  const peer = request.peer();
  return peer === undefined ? undefined : clientAddress(peer, request.headers.get("x-forwarded-for"), trusted);
}

/** The client's own name for its request, if it fits into a header and a record. */
export function clientRequestId(headers: RequestHeaders): string | undefined {
  const id = headers.get("x-request-id");
  return id !== null && usableId.test(id) ? id : undefined;
}

const usableId = /^[\x21-\x7e]{1,128}$/;
