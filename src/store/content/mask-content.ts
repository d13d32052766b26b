import type { StoredBody, StoredContent } from "#core/stored-content";
import { maskInPlace } from "#lib/mask-secrets";

/** A copy in which whatever looks like a secret is masked. */
export function maskContent({ id, request, response }: StoredContent): StoredContent {
  return {
    id,
    ...(request !== undefined && { request: maskBody(request) }),
    ...(response !== undefined && { response: maskBody(response) }),
  };
}

function maskBody({ bytes, totalBytes }: StoredBody): StoredBody {
  const masked = new Uint8Array(bytes);
  maskInPlace(Buffer.from(masked.buffer));
  return { bytes: masked, totalBytes };
}
