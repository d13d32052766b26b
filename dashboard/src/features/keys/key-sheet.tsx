import { useEffect, useState } from "react";
import type { VirtualKey } from "#api/schema.gen";
import { Button } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { ErrorState } from "#components/error-state";
import { Menu } from "#components/menu";
import { Sheet } from "#components/sheet";
import { SkeletonLines } from "#components/skeleton";
import { SourceMark } from "#components/source-mark";
import { placeText } from "#lib/file-place";
import { useNow } from "#lib/now";
import { EditKeyDialog } from "./edit-key-dialog";
import { useKey } from "./get-key";
import { StateBadge } from "./key-columns";
import { KeyDetails } from "./key-details";
import { useRevokeKey } from "./revoke-key";
import { RotateKeyDialog } from "./rotate-key-dialog";
import { useUpdateKey } from "./update-key";

type Props = {
  readonly id: string;
  readonly onClose: () => void;
  /** Hears the id, where the key was asked for by its name, which a revoked one does not keep. */
  readonly onFound: (id: string) => void;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
};

/** One key beside the list: its use, its limits, and what can be done with it. */
export function KeySheet({ id, onFound, ...around }: Props) {
  const { data: row, error, refetch } = useKey(id);
  const now = useNow();
  const found = row?.id;
  useEffect(() => {
    if (found !== undefined && found !== id) onFound(found);
  }, [found, id, onFound]);
  const title = (
    <span className="flex items-center gap-2">
      <bdi className="truncate">{row?.name ?? "Key"}</bdi>
      {row !== undefined && <StateBadge row={row} nowMs={now} />}
      {row?.source === "file" && <SourceMark source={placeText(row.declared_at)} />}
    </span>
  );
  const canChange = row !== undefined && !row.read_only && row.revoked_at === undefined;
  return (
    <Sheet open title={title} actions={canChange && <KeyActions key={row.id} row={row} />} {...around}>
      {row !== undefined && <KeyDetails row={row} />}
      {row === undefined &&
        (error === null ? <SkeletonLines count={8} /> : <ErrorState error={error} onRetry={refetch} />)}
    </Sheet>
  );
}

function KeyActions({ row }: { readonly row: VirtualKey }) {
  const [asked, setAsked] = useState<"edit" | "rotate" | "revoke">();
  const update = useUpdateKey();
  const revoke = useRevokeKey();
  const { id, name, active, version } = row;
  const close = () => setAsked(undefined);
  const turn = () => update.mutate({ id, name, version, patch: { active: !active }, inverse: { active } });
  return (
    <>
      <Button icon="edit" onClick={() => setAsked("edit")}>
        Edit
      </Button>
      <Menu
        label={`More for ${name}`}
        entries={[
          { label: "Rotate…", icon: "refresh", onSelect: () => setAsked("rotate") },
          { label: active ? "Turn off" : "Turn on", icon: active ? "pause" : "play", onSelect: turn },
          "line",
          { label: "Revoke…", icon: "trash", danger: true, onSelect: () => setAsked("revoke") },
        ]}
      />
      {asked === "edit" && <EditKeyDialog row={row} onClose={close} />}
      {asked === "rotate" && <RotateKeyDialog row={row} onClose={close} />}
      <ConfirmDialog
        open={asked === "revoke"}
        onClose={close}
        title={`Revoke ${name}?`}
        name={name}
        action="Revoke key"
        onConfirm={() => revoke.mutateAsync({ id, name })}
      >
        Requests with it get 401 at once, and this cannot be undone. Its requests stay in the log. To stop it for a
        while, turn it off instead.
      </ConfirmDialog>
    </>
  );
}
