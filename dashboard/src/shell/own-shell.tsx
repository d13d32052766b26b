import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { useSession } from "#api/session";
import { Button } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { PreferencesMenu } from "./preferences-menu";
import { Wordmark } from "./wordmark";

/** Around the page of a virtual key. */
export function OwnShell() {
  const { session, signOut } = useSession();
  const [asked, setAsked] = useState(false);
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4 md:px-6">
        <Wordmark />
        <span className="min-w-0 flex-1 truncate text-muted">{session.name}</span>
        <PreferencesMenu more={[{ label: "Sign out everywhere", icon: "sign-out", onSelect: () => setAsked(true) }]} />
        <Button kind="quiet" onClick={() => signOut("here")}>
          Sign out
        </Button>
      </header>
      <main className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        <Outlet />
      </main>
      <ConfirmDialog
        open={asked}
        onClose={() => setAsked(false)}
        title="Sign out everywhere?"
        action="Sign out everywhere"
        onConfirm={() => signOut("everywhere")}
      >
        All sessions that were begun with this key end now, this one too. The key itself goes on working.
      </ConfirmDialog>
    </div>
  );
}
