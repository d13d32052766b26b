import { Button } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { ErrorLine } from "#components/error-state";
import { type CallTarget, callSnippets } from "#lib/call-snippets";
import { useSendRequest } from "./send-request";

type Props = {
  readonly target: CallTarget;
  /** Id of the virtual key, once it is made. */
  readonly keyId: string | undefined;
};

/** The snippet to run; where there is no terminal at hand, this page sends the same. */
export function RunStep({ target, keyId }: Props) {
  const send = useSendRequest();
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <CodeBlock label="A first request" snippets={callSnippets(target)} />
      <ErrorLine error={send.error} />
      {keyId !== undefined && (
        <p className="flex flex-wrap items-center gap-2 text-muted">
          No terminal at hand?
          <Button icon="play" busy={send.isPending} onClick={() => send.mutate({ model: target.model, key: keyId })}>
            Send it from here
          </Button>
        </p>
      )}
    </div>
  );
}
