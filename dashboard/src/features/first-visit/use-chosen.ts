import type { KnownProvider } from "#api/schema.gen";
import { useKnownProviders } from "./list-known-providers";
import { useSomeModel } from "./list-models";

export type Chosen = {
  readonly provider: KnownProvider | undefined;
  /** Whether it can be called. */
  readonly connected: boolean;
  readonly model: string | undefined;
};

/** The provider of the address, else one that is connected already; `choose` asks anew. */
export function useChosen(id: string | undefined): Chosen {
  const { data } = useKnownProviders();
  const known = data?.data ?? [];
  const usable = known.filter(isConnected);
  const own = usable.find((provider) => provider.id !== "demo");
  const provider = id === undefined ? own : known.find((each) => each.id === id);
  const { data: listed } = useSomeModel(provider?.id);
  const trial = provider?.trial_model;
  const model = provider !== undefined && trial !== undefined ? `${provider.id}/${trial}` : (listed ?? undefined);
  return { provider, connected: provider !== undefined && isConnected(provider), model };
}

function isConnected({ configured, needs_key, keys }: KnownProvider): boolean {
  return configured && (!needs_key || keys > 0);
}
