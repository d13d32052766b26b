/** A request as it would be sent, but for its credentials. */
export type UnsignedRequest = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** Made for this request alone: a scheme may add its own. */
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | string;
};

/** What a scheme makes of it. */
export type SignedRequest = {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
};
