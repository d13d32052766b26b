import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

const queryKey = ["logs", "views"];

/** The views that all admins share, by name. */
export function useSavedViews() {
  const call = useCall();
  return useQuery({ queryKey, queryFn: ({ signal }) => call("GET /api/logs/views", { signal }) });
}

export function useSaveView() {
  const call = useCall();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (view: { readonly name: string; readonly query: string }) =>
      call("POST /api/logs/views", { body: view }),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}

export function useDeleteView() {
  const call = useCall();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("DELETE /api/logs/views/{id}", { path: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
}
