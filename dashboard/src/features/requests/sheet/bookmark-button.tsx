import { Icon } from "#components/icon";
import { classNames } from "#lib/class-names";
import { useShortcut } from "#lib/shortcuts";
import { useRequest } from "../get-request";
import { useNoteRecord } from "./note-record";

/** `b` marks the request so that it is found again: the filter `bookmarked` lists what is marked. */
export function BookmarkButton({ id }: { readonly id: string }) {
  const { data } = useRequest(id);
  const change = useNoteRecord(id);
  const marked = data?.bookmarked === true;
  const toggle = () => change.mutate({ bookmarked: !marked });
  useShortcut("b", "Bookmark", data === undefined ? undefined : toggle);
  return (
    <button
      type="button"
      aria-pressed={marked}
      aria-label="Bookmark"
      title={marked ? "Bookmarked (b)" : "Bookmark (b)"}
      disabled={data === undefined}
      onClick={toggle}
      className={classNames(
        "inline-flex size-7 shrink-0 items-center justify-center rounded-md hover:bg-hover pointer-coarse:size-9",
        marked ? "text-accent [&_path]:fill-current" : "text-muted",
      )}
    >
      <Icon name="bookmark" />
    </button>
  );
}
