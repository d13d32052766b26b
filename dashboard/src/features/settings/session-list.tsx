import { useState } from "react";
import { useSession } from "#api/session";
import { Badge } from "#components/badge";
import { Button } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { Section } from "#components/page-frame";
import type { Column } from "#components/table-column";
import { RelativeTime, TimeText } from "#components/time-text";
import { browserName } from "./browser-name";
import { useEndSession } from "./end-session";
import { type ListedSession, useSessions } from "./list-sessions";
import { useSignOutEverywhere } from "./sign-out-everywhere";

const columns: readonly Column<ListedSession>[] = [
  { id: "name", header: "Who", width: 150, always: true, cell: (session) => <Who session={session} /> },
  { id: "last_used_at", header: "Last used", width: 110, cell: (row) => <RelativeTime value={row.last_used_at} /> },
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
  { id: "end", header: "", width: 112, always: true, align: "right", cell: (session) => <End session={session} /> },
];

/** Who is signed in, each to be ended alone or all of the admin's at once. */
export function SessionList() {
  const source = useSessions();
  const [asked, setAsked] = useState(false);
  const rows = source.data?.pages.flatMap(({ data }) => data) ?? [];
  const everywhere = useSignOutEverywhere();
  return (
    <Section
      title="Sessions"
      note="Who is signed in"
      actions={<Button onClick={() => setAsked(true)}>Sign out everywhere</Button>}
    >
      <DataTable
        label="Sessions"
        short
        columns={columns}
        rows={rows.toSorted((a, b) => b.last_used_at.localeCompare(a.last_used_at))}
        rowKey={({ id }) => id}
        source={source}
        empty={<EmptyState title="Nobody is signed in">Whoever signs in here stands in this list.</EmptyState>}
      />
      <ConfirmDialog
        open={asked}
        onClose={() => setAsked(false)}
        title="Sign out everywhere?"
        action="Sign out everywhere"
        onConfirm={() => everywhere.mutateAsync()}
      >
        All sessions of the admin end now, this one too, and the one-time link that was made last. You need the admin
        token or a new link to come back. Holders of virtual keys stay signed in.
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

function End({ session: { id, name, current } }: { readonly session: ListedSession }) {
  const end = useEndSession();
  const { signOut } = useSession();
  return (
    <Button
      kind="quiet"
      busy={end.isPending}
      onClick={() => (current ? void signOut() : end.mutate({ id, name }))}
      aria-label={current ? "Sign out" : `End the session of ${name}`}
    >
      {current ? "Sign out" : "End"}
    </Button>
  );
}
