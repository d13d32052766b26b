import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "#components/button";
import { ErrorLine } from "#components/error-state";
import { Popover } from "#components/popover";
import { SkeletonLines } from "#components/skeleton";
import { useToast } from "#lib/toasts";
import { parseSearch } from "#lib/url-search";
import { useDeleteView, useSavedViews, useSaveView } from "./saved-views";

/** Lists that somebody wants to find again: all that the address says but the open row. */
export function ViewMenu() {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Saved views"
      align="end"
      trigger={
        <Button icon="bookmark" title="Saved views">
          <span className="max-sm:sr-only">Views</span>
        </Button>
      }
    >
      <div className="flex w-72 flex-col gap-2 p-2">
        <Views onChosen={() => setOpen(false)} />
        <SaveForm />
      </div>
    </Popover>
  );
}

function Views({ onChosen }: { readonly onChosen: () => void }) {
  const { data, error } = useSavedViews();
  const navigate = useNavigate();
  const remove = useDeleteView();
  const save = useSaveView();
  const toast = useToast();
  const choose = (query: string) => {
    onChosen();
    void navigate({ to: ".", search: () => parseSearch(query) });
  };
  const discard = async ({
    id,
    name,
    query,
  }: {
    readonly id: string;
    readonly name: string;
    readonly query: string;
  }) => {
    await remove.mutateAsync(id);
    toast({ text: `The view “${name}” is deleted.`, undo: async () => void (await save.mutateAsync({ name, query })) });
  };
  if (error !== null) return <ErrorLine error={error} />;
  if (data === undefined) return <SkeletonLines count={2} />;
  return (
    <>
      <ErrorLine error={remove.error} />
      {data.data.length === 0 && (
        <p className="px-2 py-1 text-muted">No views yet. Set filters, then save them here.</p>
      )}
      <ul className="flex flex-col">
        {data.data.map((view) => (
          <li key={view.id} className="flex items-center">
            <button
              type="button"
              onClick={() => choose(view.query)}
              className="popup-item min-w-0 flex-1 text-left hover:bg-hover"
            >
              <span className="truncate">{view.name}</span>
            </button>
            <IconButton icon="trash" label={`Delete the view ${view.name}`} onClick={() => void discard(view)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function SaveForm() {
  const [name, setName] = useState("");
  const save = useSaveView();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const query = new URLSearchParams(location.search);
    query.delete("open");
    query.delete("tab");
    await save.mutateAsync({ name: name.trim(), query: query.toString() });
    setName("");
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-1 border-t border-line pt-2">
      <div className="flex gap-2">
        <input
          aria-label="Name of the view"
          value={name}
          maxLength={100}
          placeholder="Name of this view"
          onChange={(event) => setName(event.target.value)}
          className="control min-w-0 flex-1"
        />
        <Button type="submit" busy={save.isPending} disabled={name.trim() === ""}>
          Save view
        </Button>
      </div>
      <ErrorLine error={save.error} />
    </form>
  );
}
