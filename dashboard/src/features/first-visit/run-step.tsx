import { Button } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { ErrorLine } from "#components/error-state";
import { useSendRequest } from "./send-request";
import { type Place, snippetsFor } from "./snippets";

type Props = { readonly place: Place; readonly ready: boolean };

/** The snippet to run; where there is no terminal at hand, this page sends the same. */
export function RunStep({ place, ready }: Props) {
  const send = useSendRequest();
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <CodeBlock label="A first request" snippets={snippetsFor(place)} />
      <ErrorLine error={send.error} />
      {ready && (
        <p className="flex flex-wrap items-center gap-2 text-muted">
          No terminal at hand?
          <Button icon="play" busy={send.isPending} onClick={() => send.mutate(place)}>
            Send it from here
          </Button>
        </p>
      )}
    </div>
  );
}
