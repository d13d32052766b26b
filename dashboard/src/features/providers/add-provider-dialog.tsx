import { Dialog } from "#components/dialog";
import { ErrorState } from "#components/error-state";
import { ProviderPicker } from "#components/provider-picker";
import { SkeletonLines } from "#components/skeleton";
import { AddProviderForm } from "./add-provider-form";
import { useKnownProviders } from "./list-known-providers";

type Props = {
  /** Its id, `own`, or anything else while none is chosen. */
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
};

/** First which provider, then its key. */
export function AddProvider({ chosen, onChoose, onClose, onAdded }: Props) {
  const { data, error, refetch } = useKnownProviders();
  const known = data?.data ?? [];
  const provider = known.find(({ id }) => id === chosen);
  if (provider !== undefined || chosen === "own") {
    return (
      <AddProviderForm
        key={chosen}
        known={provider}
        onBack={() => onChoose("choose")}
        onClose={onClose}
        onAdded={onAdded}
      />
    );
  }
  return (
    <Dialog open onClose={onClose} title="Add a provider" wide>
      {error !== null && <ErrorState error={error} onRetry={refetch} />}
      {data === undefined && error === null && <SkeletonLines count={6} />}
      {data !== undefined && (
        <ProviderPicker
          focused
          providers={known}
          onChoose={({ id, configured }) => (configured ? onAdded(id) : onChoose(id))}
          onOwn={() => onChoose("own")}
        />
      )}
    </Dialog>
  );
}
