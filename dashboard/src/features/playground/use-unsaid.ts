import { useCallback } from "react";
import type { Model } from "#api/schema.gen";
import { useCapabilities } from "#api/use-capabilities";
import { useProviders } from "./list-providers";

const spoken = "openai-chat";

/** What a model may be, and which features of a request its provider's dialect has no word for. */
export type ReachedModel = Model & { readonly unsaid: ReadonlySet<string> };

const nothing: ReadonlySet<string> = new Set();

/** Of the models given, what translation would lose of a chat completion; nothing as long as that is not known. */
export function useUnsaid(models: readonly Model[]): (model: Model) => ReachedModel {
  const { data: providers } = useProviders();
  const dialectsOf = useCallback(
    ({ id }: Model) => {
      const { dialect, dialects = [] } = providers?.data.find(({ name }) => id.startsWith(`${name}/`)) ?? {};
      return new Set([...(dialect === undefined ? [] : [dialect]), ...dialects.map(({ name }) => name)]);
    },
    [providers],
  );
  const isTranslated = (model: Model) => dialectsOf(model).size > 0 && !dialectsOf(model).has(spoken);
  const { data: known } = useCapabilities(models.some(isTranslated));
  return useCallback(
    (model) => {
      const dialects = dialectsOf(model);
      const lost = (known?.capabilities ?? []).filter(
        ({ client, provider, about, whole }) =>
          client === spoken && about === "request" && dialects.has(provider) && whole !== "kept" && whole !== "mapped",
      );
      const isSpoken = dialects.has(spoken) || known === undefined;
      return { ...model, unsaid: isSpoken ? nothing : new Set(lost.map(({ feature }) => feature)) };
    },
    [dialectsOf, known],
  );
}
