import { ApiProblem } from "#api/problem";

/** What to do where somebody else was faster, below the error that says so. */
export function StaleHint({ error }: { readonly error: Error | null }) {
  if (!(error instanceof ApiProblem) || error.status !== 412) return null;
  return (
    <p className="text-muted">
      Somebody changed it while this was open. Close this and open it again: it shows then how it stands, and nothing of
      theirs is lost.
    </p>
  );
}
