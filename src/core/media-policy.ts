/** What may be fetched from addresses that clients name, for targets that take bytes alone. */
export type MediaPolicy = {
  /** Of one piece of media, and of all that one request names. */
  readonly maxBytes: number;
  readonly maxTotalBytes: number;
  /** For all of them together, from the first look-up on. */
  readonly timeoutMs: number;
  /** Also without TLS. */
  readonly allowHttp: boolean;
  /** Also from this machine and private networks; never from link-local addresses and services of metadata. */
  readonly allowPrivateNetwork: boolean;
};
