/** A body as far as it is kept, and how long it was. */
export type StoredBody = { readonly bytes: Uint8Array; readonly totalBytes: number };

/** The bodies of a request, as far as they are kept. */
export type StoredContent = {
  /** Of its record: 32 hex digits. */
  readonly id: string;
  readonly request?: StoredBody;
  readonly response?: StoredBody;
  /** Why they were kept and cannot be read any more; then neither is there. */
  readonly unreadable?: string;
};
