import type { ModelFacts } from "./snapshot";

/** A model name that a client may ask for. */
export type ListedModel = { readonly id: string; readonly ownedBy: string; readonly facts?: ModelFacts };
