import { useMutation } from "@tanstack/react-query";
import { problemFrom } from "#api/problem";
import { useAskModel } from "#api/use-ask-model";

type FirstRequest = { readonly model: string; readonly key: string };

/** A small request as an application would send it, with the virtual key and without the session. */
export function useSendRequest() {
  const ask = useAskModel();
  return useMutation<void, Error, FirstRequest>({
    mutationFn: async ({ model, key }) => {
      const body = { model, messages: [{ role: "user", content: "Hello" }], max_tokens: 64 };
      const response = await ask({ key, path: "/v1/chat/completions", body });
      if (!response.ok) throw await problemFrom(response);
      await response.arrayBuffer();
    },
  });
}
