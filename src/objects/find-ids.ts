import type { Settings } from "#core/snapshot";
import { createObjectIds, type ObjectIds } from "./object-ids";

/** Made once for a secret, which changes with the master key alone. */
export class FindIds {
  private known: { readonly secret: string; readonly ids: ObjectIds } | undefined;

  /** Undefined where the control plane has handed out no secret. */
  of({ objectSecret: secret }: Pick<Settings, "objectSecret">): ObjectIds | undefined {
    if (secret === undefined) return undefined;
    if (this.known?.secret !== secret) this.known = { secret, ids: createObjectIds(secret) };
    return this.known.ids;
  }
}
