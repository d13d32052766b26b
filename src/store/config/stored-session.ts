import * as z from "zod";

/** A visitor that signed in: what a browser shows in the place of a token is the secret that `hash` is of. */
export type StoredSession = {
  readonly id: string;
  /** SHA-256 of its secret, hex. */
  readonly hash: string;
  readonly principal: SessionPrincipal;
  readonly createdAtMs: number;
  /** Of its last use, as far as that was noted. */
  readonly seenAtMs: number;
  /** It ends then, however much it is used. */
  readonly expiresAtMs: number;
  readonly from: SessionStart;
};

export const sessionPrincipalSchema = z.discriminatedUnion("kind", [
  /** `proof`: made of the session's secret and the admin token; another token does not give it. */
  z.strictObject({ kind: z.literal("admin"), proof: z.string() }).readonly(),
  /** `hash`: of the secret that the key had; with another one it is not the same any more. */
  z.strictObject({ kind: z.literal("virtual_key"), id: z.string(), hash: z.string() }).readonly(),
]);

/** Who signed in. */
export type SessionPrincipal = z.output<typeof sessionPrincipalSchema>;

export const sessionStartSchema = z
  .strictObject({
    via: z.enum(["token", "link"]),
    client: z.string().exactOptional(),
    userAgent: z.string().exactOptional(),
  })
  .readonly();

/** How it began: by a token or by a one-time link, and from where. */
export type SessionStart = z.output<typeof sessionStartSchema>;

/** The same for all sessions of one principal. */
export function sessionOwner(principal: SessionPrincipal): string {
  return principal.kind === "admin" ? "admin" : `virtual_key:${principal.id}`;
}
