import type * as z from "zod";
import type { Origin } from "#audit/origin";
import type { Json } from "#lib/json";

/** One row of the admin API's table. The schemas are what the handler parses with, and what the OpenAPI document shows. */
export type ApiRoute = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** `{name}` stands for one path segment. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: z.ZodType;
  /** What POST takes, or what PATCH takes any fields of, null taking one away. */
  readonly body?: z.ZodType;
  readonly handle: (request: ApiRequest) => Promise<ApiResponse>;
};

/** Who may call: the admin; a virtual key (about itself); whoever holds the metrics token; anybody. */
export type Access = "admin" | "virtual-key" | "metrics" | "open";

/** A request after routing and authentication. */
export type ApiRequest = {
  /** The path's segments by name, percent-decoded. */
  readonly params: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: string };
  /** Parsed JSON, unchecked; undefined without a body. */
  readonly body: unknown;
  /** SHA-256 of the secret that was presented; undefined without one. */
  readonly secretHash?: string;
  /** Whose change it is, for the audit trail. */
  readonly origin: Origin;
};

export type ApiResponse = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Sent instead of `body`, until it ends or the caller leaves. */
  readonly stream?: ReadableStream<Uint8Array>;
  /** Where a redirect leads. */
  readonly location?: string;
  /** It was given before, to the same request with the same `Idempotency-Key`. */
  readonly replayed?: true;
};

export function json(body: Json, status = 200): ApiResponse {
  return { status, contentType: "application/json", body: JSON.stringify(body) };
}

export const noContent: ApiResponse = { status: 204, contentType: "", body: "" };
