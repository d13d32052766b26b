import type { ProviderTest } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

type Connection = {
  readonly id: string;
  /** Undefined for one that needs none. */
  readonly value: string | undefined;
  /** Whether it is switched on already. */
  readonly configured: boolean;
};

/** Tries a key by a real call, and saves it when that is answered. The answer says what failed where it was not. */
export function useConnectProvider() {
  const call = useCall();
  const connect = async ({ id, value, configured }: Connection): Promise<ProviderTest> => {
    const path = { id };
    const secret = value !== undefined && { value };
    const test = configured
      ? await call("POST /api/providers/{id}/test", { path, body: { ...secret } })
      : await call("POST /api/providers/test", { body: { id, ...secret } });
    if (!test.ok) return test;
    if (!configured) await call("POST /api/providers", { body: { id } });
    if (value !== undefined) await call("POST /api/providers/{id}/keys", { path, body: { name: "main", value } });
    return test;
  };
  return useChange(connect, { invalidates: ["providers", "targets", "models"], quietErrors: true });
}
