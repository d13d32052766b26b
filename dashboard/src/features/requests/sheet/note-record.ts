import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import { useToast } from "#lib/toasts";
import type { WholeRecord } from "../record";

export type NoteChange = { readonly bookmarked?: boolean; readonly note?: string | null };

/** Bookmarks a record or notes something of it: shown at once, and taken back with a word when it is refused. */
export function useNoteRecord(id: string) {
  const call = useCall();
  const client = useQueryClient();
  const toast = useToast();
  const queryKey = ["logs", "record", id];
  return useMutation({
    mutationFn: (change: NoteChange) => call("PATCH /api/logs/{id}", { path: { id }, body: change }),
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<WholeRecord>(queryKey);
      if (before !== undefined) client.setQueryData<WholeRecord>(queryKey, noted(before, change));
      return before;
    },
    onError: (error, _, before) => {
      client.setQueryData(queryKey, before);
      toast({ text: error.message, tone: "bad" });
    },
    onSuccess: ({ bookmarked, note }) => {
      client.setQueriesData<ListedPages>({ queryKey: ["logs", "list"] }, (list) =>
        list === undefined ? list : withNote(list, id, { bookmarked, note: note ?? null }),
      );
    },
  });
}

type ListedPages = {
  readonly pages: readonly { readonly data: readonly { readonly id: string }[] }[];
};

function withNote(list: ListedPages, id: string, change: NoteChange): ListedPages {
  const pages = list.pages.map((page) =>
    page.data.some((record) => record.id === id)
      ? { ...page, data: page.data.map((record) => (record.id === id ? noted(record, change) : record)) }
      : page,
  );
  return { ...list, pages };
}

function noted<Noted extends object>(record: Noted, { bookmarked, note }: NoteChange): Noted {
  return {
    ...record,
    ...(bookmarked !== undefined && { bookmarked: bookmarked ? true : undefined }),
    ...(note !== undefined && { note: note ?? undefined }),
  };
}
