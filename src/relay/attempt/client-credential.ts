import { GatewayError } from "#core/errors";
import type { InferenceRequest, ProviderCredential } from "#core/inference";
import type { Target } from "#core/target";

/** What of a request a client's own credential may go with. */
type Asking = { readonly inference: Pick<InferenceRequest, "dialect" | "providerCredential"> };

/**
 * The credential of one request's client, for keys that stand for it. It goes to one provider: the first that is asked with
 * it, in the dialect that the client speaks, for a credential of one provider must never reach another.
 */
export class ClientCredential {
  private provider: string | undefined;

  constructor(private readonly running: Asking) {}

  /** Throws GatewayError `missing_key` where the target's key stands for the client's own and it sent none that fits. */
  check(target: Target): void {
    if (target.key.fromClient === true) this.find(target);
  }

  /** The target with the credential as its key, for one attempt; the same target where it has a key of its own. */
  apply(target: Target): Target {
    const { key, provider } = target;
    if (key.fromClient !== true) return target;
    const { scheme, secret } = this.find(target);
    this.provider = provider.id;
    return { ...target, key: { ...key, secret }, provider: { ...provider, auth: scheme } };
  }

  private find({ dialect, key, provider }: Target): ProviderCredential {
    const { inference } = this.running;
    const goesThere = (this.provider ?? provider.id) === provider.id && dialect.name === inference.dialect;
    const credential = goesThere ? inference.providerCredential() : undefined;
    if (credential !== undefined) return credential;
    throw new GatewayError(
      "missing_key",
      `Cannot ask the provider "${provider.id}": its key "${key.name}" is the client's own, send the virtual key as x-headgate-key and the provider's credential as "Authorization: Bearer ..." or "x-api-key"`,
    );
  }
}
