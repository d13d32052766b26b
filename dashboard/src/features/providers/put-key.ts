import type { Body } from "#api/call";
import type { ProviderKey } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import { secretBody } from "./secret-body";

/** `value`: what was typed; blank where it is to stay. */
export type NewKey = Omit<Body<"POST /api/providers/{id}/keys">, "value" | "credentials"> & { readonly value: string };

/** Adds a provider key, or changes the one that is given; a new secret takes the place of the old at once. */
export function usePutKey(provider: string, before: ProviderKey | undefined) {
  const call = useCall();
  const put = async ({ value, ...fields }: NewKey) => {
    if (before === undefined) {
      const path = { id: provider };
      return call("POST /api/providers/{id}/keys", { path, body: { ...fields, ...secretBody(value) } });
    }
    const body = { ...fields, models: fields.models ?? null, ...(value !== "" && secretBody(value)) };
    return call("PATCH /api/providers/{id}/keys/{key}", { path: { id: provider, key: before.id }, body });
  };
  return useChange(put, {
    invalidates: ["providers", "targets"],
    done: ({ name }, { value }) => doneWords(name, before !== undefined, value !== ""),
    quietErrors: true,
  });
}

function doneWords(name: string, wasThere: boolean, hasSecret: boolean): string {
  if (!wasThere) return `The key ${name} is added.`;
  return hasSecret ? `The key ${name} has its new secret; requests use it from now on.` : `The key ${name} is changed.`;
}
