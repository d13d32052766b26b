import { useQuery } from "@tanstack/react-query";
import type { Model } from "#api/schema.gen";
import { useCall } from "#api/use-call";

/** Every model that can be asked for a chat: aliases, and what the providers serve that are switched on. */
export function useModels() {
  const call = useCall();
  return useQuery({
    queryKey: ["models", "all"],
    queryFn: async ({ signal }) => {
      const models: Model[] = [];
      let after: string | undefined;
      do {
        const page = await call("GET /api/models", { query: { limit: 1000, after }, signal });
        models.push(...page.data);
        after = page.next;
      } while (after !== undefined);
      return models.filter(({ mode = "chat" }) => mode === "chat");
    },
    staleTime: 60_000,
  });
}
