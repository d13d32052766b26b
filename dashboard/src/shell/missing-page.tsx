import { Link, useRouterState } from "@tanstack/react-router";
import { useSession } from "#api/session";
import { Button, buttonClass } from "#components/button";
import { EmptyState } from "#components/empty-state";
import { ownPage } from "./pages";

export function MissingPage() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { signOut } = useSession();
  if (path === ownPage.path) {
    return (
      <EmptyState
        title="This page is a virtual key's own"
        action={<Button onClick={() => void signOut("here")}>Sign out</Button>}
      >
        The admin is signed in now. Whoever holds a virtual key signs in with it and sees its use here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="There is no such page"
      action={
        <Link to="/" className={buttonClass("primary")}>
          Go to the overview
        </Link>
      }
    >
      The address may be of another version, or mistyped.
    </EmptyState>
  );
}
