import type { Origin } from "#audit/origin";
import { type SelfView, selfViews } from "#config/virtual-key-schema";
import { ControlError } from "#core/control-error";
import { addressList, isListed } from "#lib/client-address";
import { findOwnKey, type OwnKey } from "../own-key";
import type { ApiServices } from "../services";

type Services = Pick<ApiServices, "store" | "configuration" | "nowMs">;

/** What a request about a virtual key itself shows. */
export type OwnRequest = { readonly secretHash?: string; readonly origin: Origin };

/**
 * The key whose holder asks, by its secret or by a session that was begun with it. Throws `unauthenticated` where there is
 * none, and `forbidden` where the key's `self_view` shows less than is `needed`, or its `allowed_ips` lack the address.
 */
export async function findHolder(asked: OwnRequest, needed: SelfView, services: Services): Promise<OwnKey> {
  const { secretHash, origin } = asked;
  const own = secretHash === undefined ? undefined : await findOwnKey(secretHash, services);
  if (own === undefined) throw unknown("send a known one as Authorization: Bearer, or sign in with it");
  const { key, spec, isCurrent } = own;
  if (!isCurrent && (key.expiresAtMs ?? Number.POSITIVE_INFINITY) <= services.nowMs())
    throw unknown("it has another secret now");
  if (selfViews.indexOf(needed) > selfViews.indexOf(spec.self_view ?? "requests"))
    throw new ControlError(
      "forbidden",
      `Cannot show this of the virtual key: its self_view is ${spec.self_view ?? "requests"}`,
    );
  const { client } = origin;
  if (key.allowedIps !== undefined && client !== undefined && !isListed(addressList(key.allowedIps), client))
    throw new ControlError("forbidden", `Cannot show the virtual key: it may not be used from ${client}`);
  return own;
}

function unknown(why: string): ControlError {
  return new ControlError("unauthenticated", `Cannot show the virtual key: ${why}`);
}
