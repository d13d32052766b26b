import type { Actor } from "#audit/origin";
import { ControlError } from "#core/control-error";
import { hashSecret, sameHash } from "#core/virtual-key";
import type { AdminToken } from "./admin-token";
import type { Peer } from "./peer";
import type { Access } from "./route";

export type Credentials = {
  readonly token: Pick<AdminToken, "matches">;
  /** SHA-256 of the token that opens `/metrics` alone. */
  readonly metricsTokenHash: () => string | undefined;
};

/** SHA-256 of the secret in `authorization: Bearer`, or in `x-api-key`, which clients of `/api/me` may already send. */
export function presentedHash(headers: Headers): string | undefined {
  const [, bearer] = /^bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  const secret = bearer ?? headers.get("x-api-key") ?? "";
  return secret === "" ? undefined : hashSecret(secret);
}

/** The actor that a request speaks for. Throws `unauthenticated` where its secret does not open the route. */
export function authenticate(
  access: Access,
  secretHash: string | undefined,
  peer: Peer,
  { token, metricsTokenHash }: Credentials,
): Actor {
  if (access === "open") return "anonymous";
  if (access === "virtual-key") return "virtual_key";
  if (peer.trusted) return "control_socket";
  if (secretHash === undefined) {
    throw new ControlError("unauthenticated", "Cannot let you in: send the admin token as Authorization: Bearer");
  }
  const metricsHash = access === "metrics" ? metricsTokenHash() : undefined;
  if (metricsHash !== undefined && sameHash(metricsHash, secretHash)) return "metrics_token";
  if (!token.matches(secretHash))
    throw new ControlError("unauthenticated", "Cannot let you in: the token is not the admin token");
  return "admin_token";
}
