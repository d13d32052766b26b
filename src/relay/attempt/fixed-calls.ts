import type { Target } from "#core/target";
import { constantHeaders } from "#providers/auth/headers";
import type { SignedRequest } from "#providers/auth/signed-request";
import type { Signer } from "#providers/auth/signer";

/** Where and with which headers a target is asked. */
type Call = { readonly path: string; readonly accept: string; readonly signed: SignedRequest };

/**
 * URL and headers, credentials among them, of calls that are the same for every caller: made once for a target, and forgotten
 * with it. The headers are one object each time, so that the upstream client writes their lines once.
 */
export class FixedCalls {
  /** For a whole answer and for a stream: no target has more than a few. */
  private readonly known = new WeakMap<Target, readonly Call[]>();

  constructor(private readonly signer: Signer) {}

  /** Undefined where every request is signed for itself. */
  find(target: Target, path: string, accept: string): SignedRequest | undefined {
    const calls = this.known.get(target) ?? none;
    for (const call of calls) if (call.path === path && call.accept === accept) return call.signed;
    const credentials = this.signer.fixedCredentials(target);
    if (credentials === undefined) return undefined;
    const headers = { ...constantHeaders(target, accept), ...credentials };
    const signed = { url: target.provider.baseUrl + path, headers };
    this.known.set(target, [...calls, { path, accept, signed }]);
    return signed;
  }
}

const none: readonly Call[] = [];
