import { useState } from "react";
import { Button, IconButton } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { ErrorState } from "#components/error-state";
import { Facts } from "#components/facts";
import { LimitList } from "#components/limit-list";
import { limitUses } from "#components/limit-use";
import { Section } from "#components/page-frame";
import { Sheet } from "#components/sheet";
import { SkeletonLines } from "#components/skeleton";
import { SourceMark } from "#components/source-mark";
import { placeText } from "#lib/file-place";
import { useDeleteScope } from "./delete-scope";
import { useScope } from "./get-scope";
import { matchWords } from "./scope-columns";
import { ScopeDialog } from "./scope-dialog";
import { ScopeKeys } from "./scope-keys";
import { type ScopeKind, scopeKinds } from "./scope-kind";
import type { ScopeRow } from "./scope-row";
import { ScopeUse } from "./scope-use";

type Props = {
  readonly kind: ScopeKind;
  readonly name: string;
  readonly onClose: () => void;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
};

export function ScopeSheet({ kind, name, onClose, ...around }: Props) {
  const { data: row, error, refetch } = useScope(kind, name);
  const title = (
    <span className="flex items-center gap-2">
      <bdi className="truncate">{name}</bdi>
      {row?.source === "file" && <SourceMark source={placeText(row.declared_at)} />}
    </span>
  );
  const actions = row !== undefined && !row.read_only && (
    <ScopeActions key={name} kind={kind} row={row} onGone={onClose} />
  );
  return (
    <Sheet open title={title} actions={actions} onClose={onClose} {...around}>
      {row !== undefined && <ScopeDetails kind={kind} row={row} />}
      {row === undefined &&
        (error === null ? <SkeletonLines count={8} /> : <ErrorState error={error} onRetry={refetch} />)}
    </Sheet>
  );
}

function ScopeDetails({ kind, row }: { readonly kind: ScopeKind; readonly row: ScopeRow }) {
  const limits = limitUses(row);
  const { name, customer } = row;
  return (
    <div className="flex flex-col gap-8">
      {kind === "limits" && <Facts facts={[{ name: "Counts", value: matchWords(row) }]} />}
      {customer !== undefined && <Facts facts={[{ name: "Customer", value: customer }]} />}
      <Section title="Limits">
        {limits.length === 0 ? <p className="text-muted">None: it only groups.</p> : <LimitList limits={limits} />}
      </Section>
      {kind !== "limits" && (
        <>
          <ScopeUse by={kind === "teams" ? "team" : "customer"} name={name} />
          <ScopeKeys by={kind === "teams" ? "team" : "customer"} name={name} />
        </>
      )}
    </div>
  );
}

type ActionProps = { readonly kind: ScopeKind; readonly row: ScopeRow; readonly onGone: () => void };

function ScopeActions({ kind, row, onGone }: ActionProps) {
  const { word } = scopeKinds[kind];
  const [asked, setAsked] = useState<"edit" | "delete">();
  const remove = useDeleteScope(kind);
  const close = () => setAsked(undefined);
  return (
    <>
      <Button icon="edit" onClick={() => setAsked("edit")}>
        Edit
      </Button>
      <IconButton icon="trash" label={`Delete ${word}`} onClick={() => setAsked("delete")} />
      {asked === "edit" && <ScopeDialog kind={kind} row={row} onClose={close} />}
      <ConfirmDialog
        open={asked === "delete"}
        onClose={close}
        title={`Delete the ${word} ${row.name}?`}
        name={row.name}
        action={`Delete ${word}`}
        onConfirm={() => remove.mutateAsync(row.name, { onSuccess: onGone })}
      >
        Its limits go with it, and what they counted. Requests stay in the log.
        {kind !== "limits" && " It must have no keys any more."}
      </ConfirmDialog>
    </>
  );
}
