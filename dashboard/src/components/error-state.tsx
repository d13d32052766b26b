import { ApiProblem } from "#api/problem";
import { Button } from "./button";
import { Icon } from "./icon";

/** What an error means and what can be done, where the content would stand. */
export function ErrorState({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  return (
    <div role="alert" className="mx-auto flex w-full max-w-2xl flex-col items-start gap-2 px-4 py-12">
      <h2 className="flex items-center gap-2 text-md font-semibold">
        <Icon name="warning" className="text-bad" />
        {titleOf(error)}
      </h2>
      <p className="max-w-prose break-words text-muted">{error.message}</p>
      <p className="max-w-prose text-muted">{adviceFor(error)}</p>
      {onRetry !== undefined && (
        <Button icon="refresh" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** The same in a line, for a part of a page or a form. */
export function ErrorLine({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="flex items-start gap-2 break-words text-bad">
      <Icon name="warning" className="mt-0.5" />
      <span className="min-w-0">{error.message}</span>
    </p>
  );
}

function titleOf(error: Error): string {
  if (!(error instanceof ApiProblem)) return "This page has a fault";
  if (error.status === 0) return "The gateway does not answer";
  if (error.status === 404) return "There is no such thing";
  if (error.status === 403) return "That is not allowed to you";
  return "That did not work";
}

function adviceFor(error: Error): string {
  if (!(error instanceof ApiProblem)) return "Load the page again. If it happens twice, tell us what you did before.";
  if (error.status === 0) return "Look whether it runs and can be reached from here; this page goes on by itself then.";
  if (error.status === 503)
    return "The control process is busy or being replaced. Requests of applications go on meanwhile.";
  if (error.status === 404) return "It may have been deleted, or it is older than the log is kept.";
  if (error.status === 403) return "Ask an administrator for the permission, or sign in as somebody else.";
  return error.status >= 500 ? "The gateway's log has more about it." : "Change what it names, and try again.";
}
