import { Link } from "@tanstack/react-router";
import { buttonClass } from "#components/button";
import { EmptyState } from "#components/empty-state";

export function MissingPage() {
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
