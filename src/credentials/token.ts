import type { Credentials } from "#config/credentials-schema";

/** What a request is sent with: a token, or what it is signed with as JSON. */
export type Token = {
  readonly secret: string;
  /** The scheme of `providers/auth/schemes.ts` that takes it. */
  readonly auth: "bearer" | "sigv4";
  /** By this machine's clock; absent: it does not expire. */
  readonly expiresAtMs?: number;
};

/** Gets a new token; rejects with a line that says why there is none. */
export type IssueToken = (credentials: Credentials) => Promise<Token>;

export type OfType<T extends Credentials["type"]> = Extract<Credentials, { readonly type: T }>;
