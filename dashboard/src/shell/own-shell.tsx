import { Outlet } from "@tanstack/react-router";
import { useSession } from "#api/session";
import { Button } from "#components/button";
import { PreferencesMenu } from "./preferences-menu";
import { Wordmark } from "./wordmark";

/** Around the page of a virtual key. */
export function OwnShell() {
  const { session, signOut } = useSession();
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4 md:px-6">
        <Wordmark />
        <span className="min-w-0 flex-1 truncate text-muted">{session.name}</span>
        <PreferencesMenu />
        <Button kind="quiet" onClick={signOut}>
          Sign out
        </Button>
      </header>
      <main className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        <Outlet />
      </main>
    </div>
  );
}
