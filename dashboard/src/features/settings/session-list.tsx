import { useRef, useState } from "react";
import { Badge } from "#components/badge";
import { Button } from "#components/button";
import { Checkbox } from "#components/checkbox";
import { ConfirmDialog } from "#components/confirm-dialog";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { Section } from "#components/page-frame";
import type { Column } from "#components/table-column";
import { RelativeTime, TimeText } from "#components/time-text";
import { useWidth } from "#lib/use-width";
import { browserName } from "./browser-name";
import { useEndSession } from "./end-session";
import { type ListedSession, useSessions } from "./list-sessions";
import { useSignOutEverywhere } from "./sign-out-everywhere";

const columns: readonly Column<ListedSession>[] = [
  { id: "name", header: "Who", width: 140, always: true, cell: (session) => <Who session={session} /> },
  { id: "last_used_at", header: "Last used", width: 104, cell: (row) => <RelativeTime value={row.last_used_at} /> },
  { id: "client", header: "Address", width: 120, cell: ({ client }) => client },
  {
    id: "user_agent",
    header: "Browser",
    width: 140,
    grow: true,
    cell: ({ user_agent }) => <span title={user_agent}>{browserName(user_agent ?? "")}</span>,
  },
  { id: "via", header: "Signed in with", width: 110, cell: ({ via }) => (via === "link" ? "a link" : "a token") },
  { id: "created_at", header: "Since", width: 136, cell: ({ created_at }) => <TimeText value={created_at} /> },
  { id: "expires_at", header: "Ends", width: 136, cell: ({ expires_at }) => <TimeText value={expires_at} /> },
  { id: "end", header: "", width: 64, always: true, align: "right", cell: (session) => <End session={session} /> },
];

/** Where not all fit, the button comes before what is scrolled to. */
const narrowColumns = [
  "name",
  "last_used_at",
  "end",
  "client",
  "user_agent",
  "via",
  "created_at",
  "expires_at",
].flatMap((id) => columns.filter((column) => column.id === id));

/** Who is signed in, each to be ended alone or all of the admin's at once. */
export function SessionList() {
  const source = useSessions();
  const frame = useRef<HTMLDivElement>(null);
  const isNarrow = useWidth(frame) < 640;
  const [asked, setAsked] = useState(false);
  const [withKeys, setWithKeys] = useState(false);
  const rows = source.data?.pages.flatMap(({ data }) => data) ?? [];
  const everywhere = useSignOutEverywhere();
  return (
    <Section
      title="Sessions"
      note="Who is signed in"
      actions={<Button onClick={() => setAsked(true)}>Sign out everywhere</Button>}
    >
      <div ref={frame}>
        <DataTable
          label="Sessions"
          short
          columns={isNarrow ? narrowColumns : columns}
          rows={rows.toSorted((a, b) => b.last_used_at.localeCompare(a.last_used_at))}
          rowKey={({ id }) => id}
          source={source}
          empty={<EmptyState title="Nobody is signed in">Whoever signs in here stands in this list.</EmptyState>}
        />
      </div>
      <ConfirmDialog
        open={asked}
        onClose={() => setAsked(false)}
        title="Sign out everywhere?"
        action="Sign out everywhere"
        onConfirm={() => everywhere.mutateAsync(withKeys ? "all" : "admin")}
      >
        <p className="mb-3">
          All sessions of the admin end now, this one too, and the one-time link that was made last. You need the admin
          token or a new link to come back.
        </p>
        <Checkbox label="Holders of virtual keys too" checked={withKeys} onChange={setWithKeys} />
      </ConfirmDialog>
    </Section>
  );
}

function Who({ session: { kind, name, current } }: { readonly session: ListedSession }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate" title={name}>
        {kind === "admin" ? name : `Key ${name}`}
      </span>
      {current && <Badge tone="accent">this one</Badge>}
    </span>
  );
}

/** One's own ends by signing out, which stands in the navigation. */
function End({ session: { id, name, current } }: { readonly session: ListedSession }) {
  const end = useEndSession();
  if (current) return null;
  return (
    <Button
      kind="quiet"
      className="-mr-2"
      busy={end.isPending}
      onClick={() => end.mutate({ id, name })}
      aria-label={`End the session of ${name}`}
    >
      End
    </Button>
  );
}
