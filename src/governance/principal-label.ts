import type { InferenceRequest } from "#core/inference";
import type { VirtualKey } from "#core/snapshot";
import { isObject, tryParseJson } from "#lib/json";

/** The most that a hold row takes, bytes. */
const maxBytes = 256;

/**
 * The label of a request in the ledger, so that recovery records an interrupted one under its names: JSON with `keyId`,
 * `endpoint`, `dialect`, `team`, `customer` and `keyName`, of which the later are left out where they do not fit.
 */
export function principalLabel(
  key: VirtualKey | undefined,
  customer: string | undefined,
  { dialect, endpoint }: Pick<InferenceRequest, "dialect" | "endpoint">,
): Uint8Array {
  const fields = [
    ["keyId", key?.id],
    ["endpoint", endpoint],
    ["dialect", dialect],
    ["team", key?.team],
    ["customer", customer],
    ["keyName", key?.name],
  ] as const;
  let label = new Uint8Array();
  let kept: { readonly [name: string]: string } = {};
  for (const [name, value] of fields) {
    if (value === undefined) continue;
    const longer = { ...kept, [name]: value };
    const bytes = new TextEncoder().encode(JSON.stringify(longer));
    if (bytes.length > maxBytes) continue;
    kept = longer;
    label = bytes;
  }
  return label;
}

/** The label with the name of a model that is not listed, which its health row does not tell; as it is where that does not fit. */
export function withModel(label: Uint8Array, model: string): Uint8Array {
  const noted = tryParseJson(new TextDecoder().decode(label));
  const longer = new TextEncoder().encode(JSON.stringify({ ...(isObject(noted) ? noted : {}), model }));
  return longer.length > maxBytes ? label : longer;
}
