import type { VirtualKeySecret } from "#api/schema.gen";
import { Button } from "#components/button";
import { ErrorLine } from "#components/error-state";
import { SecretOnce } from "#components/secret-once";
import { useCreateVirtualKey } from "./create-virtual-key";

type Props = { readonly made: VirtualKeySecret | undefined; readonly onMade: (made: VirtualKeySecret) => void };

/** Applications call with a virtual key; the provider's stays here. */
export function VirtualKeyStep({ made, onMade }: Props) {
  const create = useCreateVirtualKey();
  if (made !== undefined) return <SecretOnce secret={made.value} label="virtual key" />;
  const make = () => create.mutate(`first-steps-${Date.now().toString(36)}`, { onSuccess: onMade });
  return (
    <div className="flex flex-col items-start gap-3">
      <p className="max-w-prose text-muted">
        Applications call with a virtual key, never with the provider's. It can have a budget and limits, and be revoked
        by itself.
      </p>
      <ErrorLine error={create.error} />
      <Button kind="primary" icon="keys" busy={create.isPending} onClick={make}>
        Create key
      </Button>
    </div>
  );
}
