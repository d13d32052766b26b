import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCall } from "./use-call";

/** The first models whose name holds the words that are typed, aliases before them; of thousands somebody types on. */
export function useModelChoices(typed: string) {
  const call = useCall();
  const q = typed.trim();
  return useQuery({
    queryKey: ["models", "choices", q],
    queryFn: async ({ signal }) => {
      const { data } = await call("GET /api/models", { query: { limit: 50, ...(q !== "" && { q }) }, signal });
      return data.filter(({ mode = "chat" }) => mode === "chat");
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
